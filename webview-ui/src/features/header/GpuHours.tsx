import type { ReactElement } from 'react';
import type { HeaderView } from '../../../../src/protocol/view';
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
  const share = (value: number) => (limit === null || limit <= 0 ? 0 : Math.min(1, value / limit));
  const over = hours.cap !== null && (hours.forecast ?? hours.used) > hours.cap;
  return (
    <span className="gpu-hours" title={hours.cap === null ? words.header.planned : words.header.cap}>
      <span className="number">{label}</span>
      {limit !== null && (
        <span
          className={`gpu-meter ${over ? 'gpu-meter-over' : ''}`}
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(hours.used, limit)}
        >
          <span
            className="gpu-meter-forecast"
            style={{ transform: `scaleX(${share(hours.forecast ?? 0)})` }}
          />
          <span className="gpu-meter-used" style={{ transform: `scaleX(${share(hours.used)})` }} />
        </span>
      )}
      {hours.forecast !== null && (
        <span className="number">{words.header.forecast(formatHours(hours.forecast, words))}</span>
      )}
    </span>
  );
}
