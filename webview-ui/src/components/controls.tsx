import {
  VSCodeButton,
  VSCodeCheckbox,
  VSCodeDropdown,
  VSCodeOption,
  VSCodeTextArea,
  VSCodeTextField,
} from '@vscode/webview-ui-toolkit/react';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly kind?: 'primary' | 'secondary';
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly hint?: string;
}

export function Button({ children, onPress, kind, icon, disabled, hint }: ButtonProps): ReactElement {
  return (
    <VSCodeButton
      appearance={kind ?? 'secondary'}
      disabled={disabled === true}
      title={hint ?? ''}
      onClick={() => {
        if (disabled !== true) onPress();
      }}
    >
      {icon !== undefined && (
        <span slot="start">
          <Icon name={icon} />
        </span>
      )}
      {children}
    </VSCodeButton>
  );
}

/** A button that is only a picture; `label` is its name and its hover. */
export function IconButton(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
}): ReactElement {
  return (
    <VSCodeButton appearance="icon" aria-label={props.label} title={props.label} onClick={props.onPress}>
      <Icon name={props.icon} />
    </VSCodeButton>
  );
}

/** Text that opens something: looks like a link, is a button. */
export function LinkButton(props: {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly hint?: string;
  /** Reached by its row's own keys instead of Tab. */
  readonly untabbable?: boolean;
}): ReactElement {
  return (
    <button
      type="button"
      className="link"
      title={props.hint}
      tabIndex={props.untabbable === true ? -1 : undefined}
      onClick={(event) => {
        event.stopPropagation();
        props.onPress();
      }}
    >
      {props.children}
    </button>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly onChange: (text: string) => void;
}

const valueOf = (event: unknown) => (event as { target: { value: string } }).target.value;

export function TextBox({ label, value, hint, onChange }: TextProps): ReactElement {
  return (
    <VSCodeTextField
      aria-label={label}
      placeholder={hint ?? label}
      value={value}
      onInput={(event: unknown) => onChange(valueOf(event))}
    />
  );
}

export function NoteBox({ label, value, onChange }: TextProps): ReactElement {
  return (
    <VSCodeTextArea
      className="note-box"
      rows={3}
      value={value}
      onInput={(event: unknown) => onChange(valueOf(event))}
    >
      {label}
    </VSCodeTextArea>
  );
}

/** One of a few. The choices must not change while it is shown: the toolkit applies a new value one render late. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}): ReactElement {
  return (
    <VSCodeDropdown
      aria-label={props.label}
      value={props.value}
      onChange={(event: unknown) => {
        const chosen = props.choices.find((choice) => choice.value === valueOf(event));
        if (chosen !== undefined && chosen.value !== props.value) props.onChange(chosen.value);
      }}
    >
      {props.choices.map((choice) => (
        <VSCodeOption key={choice.value} value={choice.value}>
          {choice.label}
        </VSCodeOption>
      ))}
    </VSCodeDropdown>
  );
}

/** The toolkit tells of changes by program too; only a real change of mind is passed on. */
export function Tick(props: {
  readonly children: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactElement {
  return (
    <VSCodeCheckbox
      checked={props.checked}
      onChange={(event: unknown) => {
        const { checked } = (event as { target: { checked: boolean } }).target;
        if (checked !== props.checked) props.onChange(checked);
      }}
    >
      {props.children}
    </VSCodeCheckbox>
  );
}
