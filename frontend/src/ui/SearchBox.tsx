import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const PAUSE_MS = 300;

/** Searches as one types: after a pause, at once on Enter, never in the middle of composing a Chinese word. */
export function SearchBox({
  value,
  search,
  placeholder,
  width = 240,
  handle,
}: {
  value: string;
  search: (text: string) => void;
  placeholder?: string;
  width?: number;
  handle: string;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // Changed from elsewhere: filters cleared, the address gone back to.
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const later = (typed: string, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(typed.trim()), afterMs);
  };
  return (
    <Input
      allowClear
      className="search-box"
      style={{ width }}
      prefix={<SearchOutlined className="faint" />}
      placeholder={placeholder ?? t("common.search")}
      aria-label={placeholder ?? t("common.search")}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        if (!(event.nativeEvent as InputEvent).isComposing) later(event.target.value, PAUSE_MS);
      }}
      onCompositionEnd={(event) => later(event.currentTarget.value, PAUSE_MS)}
      onPressEnter={(event) => {
        if (!event.nativeEvent.isComposing) later(event.currentTarget.value, 0);
      }}
      data-testid={handle}
      data-search=""
    />
  );
}
