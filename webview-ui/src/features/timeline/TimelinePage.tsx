import { memo, type ReactElement } from 'react';
import type { TimelinePage as TimelineView } from '../../../../src/protocol/view';
import { LinkButton } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { Moment } from '../../components/Moment';
import type { Mark } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
import { dateTimeFormat } from '../../text/formatters';
import { useWords } from '../../text/wordsContext';

type Entry = TimelineView['entries'][number];

const marks: Readonly<Record<Entry['tone'], Mark>> = {
  plain: { icon: 'note', tone: 'quiet' },
  good: { icon: 'done', tone: 'good' },
  bad: { icon: 'failed', tone: 'bad' },
  ask: { icon: 'asks', tone: 'accent' },
};

/** What happened and who did it, newest first, a day at a time. */
export function TimelinePage({ view }: { readonly view: TimelineView }): ReactElement {
  const words = useWords();
  const { openLog } = usePanel();
  if (view.entries.length === 0) {
    return (
      <div className="empty">
        <h2>{words.timeline.nothing}</h2>
        <p>{words.timeline.nothingSentence}</p>
      </div>
    );
  }
  return (
    <div className="timeline" aria-label={words.timeline.label} role="group">
      {byDay(view.entries).map(({ day, entries }) => (
        <section key={day} aria-label={dayName(entries[0].at, words.locale)}>
          <h2>{dayName(entries[0].at, words.locale)}</h2>
          <ol className="rows">
            {keyed(entries).map(({ key, entry }) => (
              <TimelineEntry key={key} {...entry} openLog={openLog} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** A line is drawn once: what happened does not change, and five hundred of them would be felt. */
const TimelineEntry = memo(function TimelineEntry({
  openLog,
  ...entry
}: Entry & { readonly openLog: (run: string) => void }): ReactElement {
  const words = useWords();
  const mark = marks[entry.tone];
  const { run } = entry;
  return (
    <li className="event">
      <span className="event-clock number">{clock(entry.at, words.locale)}</span>
      <Icon name={mark.icon} tone={`tone-${mark.tone}`} />
      <span className="event-text">
        <span className="heard-only">{words.timeline.tones[entry.tone]}: </span>
        <Foreign className="prose" text={entry.sentence} />{' '}
        {run !== null && (
          <LinkButton hint={words.needs.openLog} onPress={() => openLog(run)}>
            <bdi className="mono">{run}</bdi>
          </LinkButton>
        )}
      </span>
      <span className="aside event-side">
        {entry.by !== null && <Foreign text={words.timeline.by(entry.by)} />} <Moment at={entry.at} />
      </span>
    </li>
  );
});

/** Keys that an entry keeps while newer ones come before it and old ones are left out behind it. */
function keyed(entries: readonly Entry[]): { readonly key: string; readonly entry: Entry }[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const { at, run, sentence } = entry;
    const same = `${at} ${run ?? ''} ${sentence}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return { key: `${same} ${count}`, entry };
  });
}

interface Day {
  readonly day: string;
  readonly entries: readonly [Entry, ...Entry[]];
}

function byDay(entries: readonly Entry[]): readonly Day[] {
  const days: { day: string; entries: [Entry, ...Entry[]] }[] = [];
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString();
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

const dayName = (at: number, locale: string) =>
  dateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);

const clock = (at: number, locale: string) =>
  dateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
