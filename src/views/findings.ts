import type { Finding } from '../core/agents/reviewDocument';
import type { FindingThread } from '../core/run/agents';
import type { Waiver } from '../core/run/review';
import type { StudyState } from '../core/run/state';
import type { Translate } from '../core/text/translate';

/** A finding of the reviewer or of the program's own check, with what people said about it. */
export interface ShownFinding extends Finding {
  readonly origin: 'review' | 'check';
  /** Who found it: the model by its name; null: the program. */
  readonly model: string | null;
  readonly at: number;
  readonly standing: FindingThread['standing'] | 'waived';
  readonly entries: FindingThread['entries'];
  readonly waiver: Waiver | null;
  /** The code was edited since it was read. */
  readonly stale: boolean;
}

const order = { CRITICAL: 0, MAJOR: 1, MINOR: 2 } as const;

/** Everything that was found in the code, the gravest first. `contentHash`: of the code as it is now; null: not known. */
export function shownFindings(
  { review, waivers, agents }: StudyState,
  contentHash: string | null,
): readonly ShownFinding[] {
  const standing = (finding: Finding): Pick<ShownFinding, 'standing' | 'entries' | 'waiver'> => {
    const waiver = waivers.get(finding.id) ?? null;
    const thread = agents.threads.get(finding.id);
    return {
      ...{ standing: waiver === null ? (thread?.standing ?? 'open') : 'waived', waiver },
      entries: thread?.entries ?? [],
    };
  };
  const isStale = (hash: string) => contentHash !== null && hash !== contentHash;
  const { selfCheck } = agents;
  const reviewed = (review?.document.findings ?? []).map((finding): ShownFinding => ({
    ...finding,
    ...standing(finding),
    ...{ origin: 'review', model: review!.model, at: review!.at, stale: isStale(review!.hash) },
  }));
  const checked = (selfCheck?.findings ?? []).map((finding): ShownFinding => ({
    ...finding,
    ...standing(finding),
    ...{ origin: 'check', model: null, at: selfCheck!.at, stale: isStale(selfCheck!.hash) },
  }));
  return [...reviewed, ...checked].sort(
    (one, other) =>
      order[one.severity] - order[other.severity] ||
      one.file.localeCompare(other.file) ||
      one.line - other.line,
  );
}

/** Whether a finding still asks something of the person. */
export function isUnsettled({ standing }: Pick<ShownFinding, 'standing'>): boolean {
  return standing === 'open' || standing === 'disputed';
}

/** What the Problems panel says. */
export function findingMessage({ title, why, stale }: ShownFinding, t: Translate): string {
  const text = `${title}\n${why}`;
  return stale ? `${text}\n${t('The code was edited since this was found.')}` : text;
}

/** The first comment of its thread, as Markdown that holds no markup of the model's. */
export function findingBody(finding: ShownFinding, t: Translate): string {
  const { title, why, fix, stale } = finding;
  return [
    `**${escapeMarkdown(title)}**`,
    escapeMarkdown(why),
    ...(fix === '' ? [] : [`*${t('Fix')}*: ${escapeMarkdown(fix)}`]),
    ...(stale ? [`*${t('The code was edited since this was found.')}*`] : []),
  ].join('\n\n');
}

export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-!|<>~$]/g, '\\$&');
}
