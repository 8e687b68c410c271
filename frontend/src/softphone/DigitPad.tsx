import { type KeyboardEvent, useState } from "react";
import { takeFocus } from "./focus";

const KEYS: [string, string][] = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];

export const isDigit = (key: string): boolean => /^[0-9*#]$/.test(key);

/** Twelve keys. Test handles are `<handle>-1`, `<handle>-star`, `<handle>-hash`. `typed`: the keyboard's own keys are taken, too. */
export function DigitPad({
  press,
  handle,
  disabled,
  typed = false,
}: {
  press: (digit: string) => void;
  handle: string;
  disabled?: boolean;
  typed?: boolean;
}) {
  const [sent, setSent] = useState("");
  const send = (digit: string) => {
    setSent(sent + digit);
    press(digit);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !isDigit(event.key)) return;
    event.preventDefault();
    send(event.key);
  };
  return (
    <div
      ref={typed ? takeFocus : undefined}
      className="digit-pad"
      {...(typed ? { tabIndex: -1, onKeyDown: disabled ? undefined : onKeyDown } : {})}
    >
      {typed && (
        <output className="digit-pad-sent num" data-testid={`${handle}-sent`}>
          <bdi>{sent}</bdi>
        </output>
      )}
      {KEYS.map(([digit, letters]) => (
        <button
          key={digit}
          type="button"
          disabled={disabled}
          className={sent.endsWith(digit) ? "digit-key digit-key-last" : "digit-key"}
          data-testid={`${handle}-${digit === "*" ? "star" : digit === "#" ? "hash" : digit}`}
          onClick={() => send(digit)}
        >
          <span>{digit}</span>
          <small>{letters}</small>
        </button>
      ))}
    </div>
  );
}
