import type { ReactElement } from 'react';
import type { TimelinePage as TimelineView } from '../../../../src/protocol/view';
import { LinkButton } from '../../components/controls';
import { Foreign } from '../../components/Foreign';
import { Icon } from '../../components/Icon';
import { Moment } from '../../components/Moment';
import type { Mark } from '../../components/tones';
import { usePanel } from '../../state/panelContext';
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
            {entries.map((entry, index) => (
              <TimelineEntry key={`${entry.at}-${entries.length - index}`} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function TimelineEntry({ entry }: { readonly entry: Entry }): ReactElement {
  const words = useWords();
  const { openLog } = usePanel();
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
  new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);

const clock = (at: number, locale: string) =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
