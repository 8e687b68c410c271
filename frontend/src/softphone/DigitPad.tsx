import { useState } from "react";

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

/** Twelve keys. Test handles are `<handle>-1`, `<handle>-star`, `<handle>-hash`. */
export function DigitPad({
  press,
  handle,
  disabled,
}: {
  press: (digit: string) => void;
  handle: string;
  disabled?: boolean;
}) {
  const [last, setLast] = useState("");
  return (
    <div className="digit-pad">
      {KEYS.map(([digit, letters]) => (
        <button
          key={digit}
          type="button"
          disabled={disabled}
          className={last === digit ? "digit-key digit-key-last" : "digit-key"}
          data-testid={`${handle}-${digit === "*" ? "star" : digit === "#" ? "hash" : digit}`}
          onClick={() => {
            setLast(digit);
            press(digit);
          }}
        >
          <span>{digit}</span>
          <small>{letters}</small>
        </button>
      ))}
    </div>
  );
}
