import type { ReactElement } from 'react';

const ring = <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

/** Drawn for Bridge on a grid of 16; every one is told apart by its form alone. */
const drawings = {
  done: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path {...stroke} className="icon-cut" d="M4.8 8.2 7 10.4l4.2-4.6" />
    </>
  ),
  running: (
    <>
      {ring}
      <path d="M8 3.6a4.4 4.4 0 0 1 0 8.8Z" fill="currentColor" />
    </>
  ),
  waits: ring,
  failed: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path {...stroke} className="icon-cut" d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" />
    </>
  ),
  paused: (
    <>
      {ring}
      <path {...stroke} d="M6.5 5.8v4.4m3-4.4v4.4" />
    </>
  ),
  unreachable: (
    <>
      <circle
        cx="8"
        cy="8"
        r="6.25"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray="2.4 2.4"
      />
      <path {...stroke} d="M6.3 6.6a1.7 1.7 0 1 1 2.4 1.5c-.5.3-.7.5-.7 1.1M8 11.2v.1" />
    </>
  ),
  stuck: (
    <path
      {...stroke}
      d="M4.5 1.8h7m-7 12.4h7M5.3 1.8c0 3.4 5.4 4.4 5.4 6.2s-5.4 2.8-5.4 6.2m5.4-12.4c0 3.4-5.4 4.4-5.4 6.2s5.4 2.8 5.4 6.2"
    />
  ),
  skipped: (
    <>
      {ring}
      <path {...stroke} d="M3.8 12.2 12.2 3.8" />
    </>
  ),
  cancelled: (
    <>
      {ring}
      <path {...stroke} d="M5.2 8h5.6" />
    </>
  ),
  empty: (
    <circle
      cx="8"
      cy="8"
      r="6.25"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      strokeDasharray="1 3"
      strokeLinecap="round"
    />
  ),
  warning: (
    <>
      <path {...stroke} d="M8 2 1.6 13.5h12.8Z" />
      <path {...stroke} d="M8 6.4v3.4m0 1.8v.1" />
    </>
  ),
  info: (
    <>
      {ring}
      <path {...stroke} d="M8 7.4v3.8M8 4.8v.1" />
    </>
  ),
  note: <circle cx="8" cy="8" r="3" fill="currentColor" />,
  asks: <path {...stroke} d="M3.2 11.6V8a4.8 4.8 0 0 1 9.6 0v3.6l1.2 1.2H2Zm3.4 1.4a1.5 1.5 0 0 0 2.8 0" />,
  lock: (
    <>
      <rect {...stroke} x="3" y="7" width="10" height="7" rx="1" />
      <path {...stroke} d="M5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7" />
    </>
  ),
  folded: <path {...stroke} d="m6 3.5 4.5 4.5L6 12.5" />,
  unfolded: <path {...stroke} d="M3.5 6 8 10.5 12.5 6" />,
  check: <path {...stroke} d="m3 8.4 3.4 3.4L13 4.6" />,
  up: <path {...stroke} d="M8 13V3.5M4.2 7.2 8 3.4l3.8 3.8" />,
  down: <path {...stroke} d="M8 3v9.5m3.8-3.7L8 12.6 4.2 8.8" />,
  close: <path {...stroke} d="m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4" />,
  copy: (
    <>
      <rect {...stroke} x="5.5" y="5.5" width="8" height="8.5" rx="1" />
      <path {...stroke} d="M10.5 5.5V3a1 1 0 0 0-1-1H3.500a1 1 0 0 0-1 1v7a1 1 0 0 0 1 1h2" />
    </>
  ),
  log: <path {...stroke} d="M3 3.500h10M3 6.500h10M3 9.500h7m-7 3h5" />,
  retry: <path {...stroke} d="M13.2 8A5.2 5.2 0 1 1 11.6 4.200M13.2 2v3.200h-3.2" />,
} satisfies Record<string, ReactElement>;

export type IconName = keyof typeof drawings;

/** A picture that says nothing to a screen reader: the word always stands beside it. */
export function Icon({ name, tone }: { readonly name: IconName; readonly tone?: string }): ReactElement {
  return (
    <svg
      className={`icon ${tone ?? ''}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      {drawings[name]}
    </svg>
  );
}
