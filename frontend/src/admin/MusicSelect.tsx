import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { MusicRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { useList } from "./useList";

const BUILT_IN = "default";

interface Props {
  id?: string;
  value?: string;
  onChange?: (music: string) => void;
}

/** The music there is: the built-in one, then one's own. A field of a form. */
export function MusicSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const own = useList<MusicRecord>("/api/music");
  return (
    <Select
      id={id}
      data-testid={id}
      value={value}
      onChange={onChange}
      style={{ width: "100%" }}
      options={[
        { value: BUILT_IN, label: t("music.built_in") },
        ...own.map((it) => ({ value: it.id, label: name(it.name, it.id) })),
      ]}
    />
  );
}
