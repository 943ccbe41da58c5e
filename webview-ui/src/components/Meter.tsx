import type { ReactElement } from 'react';

/** How much of something is used, with a lighter end where the forecast is. Without a limit there is nothing to fill. */
export function Meter({
  label,
  used,
  forecast,
  limit,
}: {
  readonly label: string;
  readonly used: number;
  readonly forecast: number | null;
  readonly limit: number;
}): ReactElement {
  const share = (value: number) => (limit <= 0 ? 0 : Math.min(1, value / limit));
  const over = (forecast ?? used) > limit;
  return (
    <span
      className={`gpu-meter ${over ? 'gpu-meter-over' : ''}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={Math.min(used, limit)}
    >
      <span className="gpu-meter-forecast" style={{ transform: `scaleX(${share(forecast ?? 0)})` }} />
      <span className="gpu-meter-used" style={{ transform: `scaleX(${share(used)})` }} />
    </span>
  );
}
