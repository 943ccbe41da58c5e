import type { ReactElement } from 'react';
import type { HeaderView } from '../../../../src/protocol/view';
import { Meter } from '../../components/Meter';
import { formatHours, formatLimit } from '../../text/format';
import { useWords } from '../../text/wordsContext';

/** Used, of the cap or the plan, with a mark where the forecast ends. */
export function GpuHours({ hours }: { readonly hours: HeaderView['gpuHours'] }): ReactElement | null {
  const words = useWords();
  const limit = hours.cap ?? hours.planned;
  if (hours.planned === 0 && hours.used === 0) return <span className="aside">{words.header.noGpu}</span>;
  if (limit === null && hours.used === 0) return null;
  const label = words.header.gpuHours(
    formatHours(hours.used, words),
    limit === null ? null : formatLimit(limit, words),
  );
  return (
    <span className="gpu-hours" title={hours.cap === null ? words.header.planned : words.header.cap}>
      <span className="number">{label}</span>
      {limit !== null && <Meter label={label} used={hours.used} forecast={hours.forecast} limit={limit} />}
      {hours.forecast !== null && (
        <span className="number">{words.header.forecast(formatHours(hours.forecast, words))}</span>
      )}
    </span>
  );
}
