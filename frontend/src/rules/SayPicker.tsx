import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import type { PromptRecord, Say } from "../api/types";
import { LANGUAGES } from "../i18n";

const TEXT = "\u0000text";

interface Props {
  value?: Say | null;
  onChange?: (say: Say | null) => void;
  /** What choosing none means. */
  none: string;
}

/** Something to be heard: a prompt, or words in each language. A field of a form by `value` and `onChange`. */
export function SayPicker({ value, onChange, none }: Props) {
  const { t } = useTranslation();
  const prompts = useList<PromptRecord>("/api/prompts");
  const chosen = value?.prompt ?? (value?.text ? TEXT : "");
  const languages = value?.languages ? { languages: value.languages } : {};
  return (
    <div className="say">
      <Select
        style={{ minWidth: 220 }}
        value={chosen}
        onChange={(to: string) =>
          onChange?.(
            to === "" ? null : { ...languages, ...(to === TEXT ? { text: value?.text ?? {} } : { prompt: to }) },
          )
        }
        options={[
          { value: "", label: none },
          { value: TEXT, label: t("say.words") },
          ...prompts.map((it) => ({ value: it.id, label: t("say.prompt", { id: it.id }) })),
        ]}
      />
      {chosen === TEXT &&
        LANGUAGES.map((language) => (
          <Input
            key={language.id}
            addonBefore={language.name}
            value={value?.text?.[language.id] ?? ""}
            onChange={(event) =>
              onChange?.({ ...languages, text: { ...value?.text, [language.id]: event.target.value } })
            }
          />
        ))}
    </div>
  );
}
