import { memo, type CSSProperties, type ReactElement } from 'react';
import { visibleText } from '../../../../src/protocol/visibleText';
import type { LogLine, LogSpan } from '../../state/logTail';

interface LogLineViewProps {
  readonly line: LogLine;
  /** Pixels below the top of the log. */
  readonly top: number;
}

export const LogLineView = memo(function LogLineView({ line, top }: LogLineViewProps): ReactElement {
  return (
    <div className="log-line" style={{ transform: `translateY(${top}px)` }}>
      <bdi>
        {line.spans.map((span, index) => (
          <span key={index} className={classOf(span)} style={styleOf(span)}>
            {visibleText(span.text)}
          </span>
        ))}
      </bdi>
    </div>
  );
});

const beyondTheme = (color: string | null) => color?.startsWith('rgb(') === true;

function classOf(span: LogSpan): string | undefined {
  const names = [
    span.color !== null && span.color !== 'ansi-reversed' && 'log-own',
    span.color !== null && !beyondTheme(span.color) && `fg-${span.color}`,
    span.background !== null && !beyondTheme(span.background) && `bg-${span.background}`,
    span.bold && 'log-bold',
    span.dim && 'log-dim',
    span.italic && 'log-italic',
    span.underline && 'log-underline',
  ];
  return names.filter((name) => name !== false).join(' ') || undefined;
}

function styleOf(span: LogSpan): CSSProperties | undefined {
  const style: Record<string, string> = {};
  if (span.color !== null && beyondTheme(span.color)) style['--own'] = span.color;
  if (span.background !== null && beyondTheme(span.background)) {
    style.backgroundColor = `color-mix(in srgb, ${span.background} 35%, var(--vscode-editor-background))`;
  }
  return Object.keys(style).length === 0 ? undefined : style;
}
