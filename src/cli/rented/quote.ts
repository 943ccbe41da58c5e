import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseOffers, type PricedOffer } from '../../core/rented/chooseOffers';
import { modalPricesSource, modalUsdPerHour } from '../../core/rented/modalPrices';
import { readModelFacts, type SizedText } from '../../core/rented/modelFacts';
import { sizeMachine, type Sizing } from '../../core/rented/sizing';
import type { ProjectNotes } from '../../core/notes/projectNotes';
import type { StudyDeclaration } from '../../core/run/declaration';
import type { RentalTerms } from '../../core/run/rentalEvent';
import { plannedGpuHours } from '../../core/run/budget';
import type { Quote } from '../../engine/quote';
import { readCodeTexts } from '../../store/codeTexts';
import type { VastMachines } from './vast';

/** An offer may be gone when it is rented: one that costs so much more is within what was approved. */
const priceMargin = 1.15;
const usualImage = 'pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel';
/** For so long a machine goes on unheard, unless `bridge.rented.leaseMinutes` says otherwise. */
export const usualLeaseMinutes = 60;
const spendingPage = 'https://modal.com/settings/usage';

/** What a study would cost on the target that it is declared for. */
export async function quoteFor(
  root: string,
  study: StudyDeclaration,
  notes: ProjectNotes,
  vast: VastMachines | null,
  signal: AbortSignal,
): Promise<Quote> {
  const sizing = await sizeStudy(root, study);
  const cap = study.options['budget.usd'] ?? null;
  if (vast === null) return modalQuote(study, notes, cap);
  const offers = await vast.provisioner.search(sizing.need, signal);
  const options = chooseOffers(offers, sizing.need);
  const lease = study.options['rented.leaseMinutes'] ?? usualLeaseMinutes;
  const [choice] = options;
  if (!choice)
    return {
      ...{ terms: null, usd: null },
      notes: [
        ...sizing.reasons,
        'No machine of that size is offered now: look again later, or ask for less.',
      ],
    };
  const terms: RentalTerms = {
    ...{ provider: 'vast', ...sizing.need, leaseSeconds: lease * 60, image: notes.vast.image ?? usualImage },
    maxUsdPerHour: Number((priceMargin * (choice.offer.usdPerHour + choice.offer.diskUsdPerHour)).toFixed(4)),
  };
  return {
    terms,
    usd: choice.totalUsd,
    notes: [
      ...sizing.reasons,
      ...options.map((option, at) => describeOffer(option, at === 0)),
      `Approved is a machine like the first at $${terms.maxUsdPerHour.toFixed(2)} an hour or less (image ${terms.image}).`,
      describeCap(cap),
      `Not heard of for ${lease} minutes, it packs the results and stops itself; its disk is kept, at its small price, until the results are home. It is destroyed as soon as no run needs it.`,
      'Vast.ai itself was not reached when this was built: it was checked against a scripted service only.',
    ],
  };
}

function describeOffer({ offer, totalUsd, hours, flags }: PricedOffer, chosen: boolean): string {
  const price = `$${totalUsd.toFixed(2)} in all ($${(offer.usdPerHour + offer.diskUsdPerHour).toFixed(2)} an hour for ${hours.toFixed(1)} h)`;
  return `${chosen ? 'Offer' : 'Or'}: ${offer.gpus} x ${offer.gpuName}, ${offer.gpuMemoryGiB} GiB: ${price}.${flags.map((flag) => ` ${flag}`).join('')}`;
}

function describeCap(cap: number | null): string {
  return cap === null
    ? 'There is no cap yet: set bridge.budget.usd, or nothing can be approved.'
    : `At $${cap.toFixed(2)} (bridge.budget.usd) nothing more starts, what runs is asked to save and stopped, results come home, and the machine is destroyed.`;
}

function modalQuote(study: StudyDeclaration, notes: ProjectNotes, cap: number | null): Quote {
  const gpu = study.options['modal.gpu'] ?? notes.modal.gpu;
  const needs = study.jobs.some((job) => job.gpus !== 0);
  const price = modalUsdPerHour(needs && gpu !== null ? [gpu] : []);
  const hours = study.jobs.map((job) => plannedGpuHours(job) || job.estimatedHours);
  const known = hours.every((each) => each !== null);
  const total = known ? hours.reduce<number>((sum, each) => sum + each, 0) : null;
  const usd = price === null || total === null ? null : price * total;
  return {
    ...{ terms: null, usd },
    notes: [
      gpu === null
        ? 'No GPU is named for Modal (bridge.modal.gpu, or modal_gpu in the project’s notes): runs get a processor only.'
        : price === null
          ? `What a ${gpu} costs on Modal is not in the price list of ${modalPricesSource.date}.`
          : `${gpu} costs $${price.toFixed(2)} an hour on Modal (${modalPricesSource.url}, ${modalPricesSource.date}).`,
      total === null
        ? 'Nothing says how long the runs take, so nobody knows what they cost.'
        : `${total.toFixed(1)} hours in all.`,
      describeCap(cap),
      `Modal’s own spending limit is set by you: ${spendingPage}`,
      'Modal itself was not reached when this was built: it was checked against a stub of its client only.',
    ],
  };
}

async function sizeStudy(root: string, study: StudyDeclaration): Promise<Sizing> {
  const documents = [study.planPath, study.manifestPath].filter((path) => path !== null);
  const texts: SizedText[] = [];
  for (const path of documents)
    texts.push({ path, text: await readFile(join(root, path), 'utf8').catch(() => '') });
  const { files } = await readCodeTexts(root, false);
  texts.push(...files);
  const hours = study.jobs.map((job) => plannedGpuHours(job) || job.estimatedHours);
  const known = hours.every((each) => each !== null);
  return sizeMachine(
    {
      gpuHours: known ? hours.reduce<number>((sum, each) => sum + each, 0) : (study.statedGpuHours ?? null),
      gpusOfARun: Math.max(1, ...study.jobs.map((job) => job.gpus ?? 1)),
      ...{ dataGiB: null, resumable: false },
    },
    readModelFacts(texts),
  );
}
