import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import { Icon } from './Icon';
import { Tick } from './controls';

interface FilterMenuProps<Value extends string> {
  readonly label: string;
  /** What stands on the button while nothing is ticked. */
  readonly all: string;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Several of many: a button that opens a list of ticks. Escape and a click elsewhere close it. */
export function FilterMenu<Value extends string>(props: FilterMenuProps<Value>): ReactElement {
  const { label, all, choices, chosen, onChange } = props;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && place.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, [open]);
  const [first] = chosen;
  const said =
    first === undefined
      ? all
      : chosen.length === 1
        ? (choices.find((choice) => choice.value === first)?.label ?? first)
        : String(chosen.length);
  return (
    <div
      className="filter"
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className={`filter-button ${chosen.length > 0 ? 'filter-on' : ''}`}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span className="aside">{label}</span> <bdi className="filter-said">{said}</bdi>
        <Icon name="unfolded" />
      </button>
      <div id={id} className="filter-list" role="group" aria-label={label} hidden={!open}>
        {open &&
          choices.map((choice) => (
            <Tick
              key={choice.value}
              checked={chosen.includes(choice.value)}
              onChange={(checked) =>
                onChange(
                  checked ? [...chosen, choice.value] : chosen.filter((value) => value !== choice.value),
                )
              }
            >
              <bdi>{choice.label}</bdi>
            </Tick>
          ))}
      </div>
    </div>
  );
}
