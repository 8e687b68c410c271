import { Button, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SpecialDay } from "../../api/rules";
import { LANGUAGES } from "../../i18n";
import { TargetPicker } from "../../rules/TargetPicker";
import { useFocusBack } from "../../ui/useFocusBack";
import { SpansInput } from "./WeekGrid";

interface Props {
  date: string;
  day: SpecialDay | null;
  save: (day: SpecialDay | null) => void;
  close: () => void;
}

/** One date: as the week says, closed all day, or open at hours of its own. */
export function DayEditor({ date, day, save, close }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const [edited, setEdited] = useState<SpecialDay>(day ?? { date, name: {}, spans: [] });
  const [kind, setKind] = useState<"week" | "closed" | "hours">(
    day === null ? "week" : day.spans?.length ? "hours" : "closed",
  );
  const done = () => save(kind === "week" ? null : { ...edited, spans: kind === "closed" ? [] : (edited.spans ?? []) });
  return (
    <Modal
      open
      title={date}
      onCancel={close}
      width={640}
      footer={[
        <Button key="cancel" onClick={close}>
          {t("common.cancel")}
        </Button>,
        <Button
          key="save"
          type="primary"
          onClick={done}
          disabled={kind === "hours" && !edited.spans?.length}
          data-testid="day-save"
        >
          {t("common.apply")}
        </Button>,
      ]}
    >
      <div className="stack">
        <Radio.Group
          value={kind}
          onChange={(event) => setKind(event.target.value)}
          options={[
            { value: "week", label: t("calendars.as_the_week") },
            { value: "closed", label: <span data-testid="day-closed">{t("calendars.closed_all_day")}</span> },
            { value: "hours", label: t("calendars.own_hours") },
          ]}
        />
        {kind === "hours" && (
          <SpansInput
            value={edited.spans ?? []}
            label={t("calendars.own_hours")}
            onChange={(spans) => setEdited({ ...edited, spans })}
            onUnreadable={() => setEdited({ ...edited, spans: [] })}
          />
        )}
        {kind !== "week" && (
          <>
            {LANGUAGES.map((language) => (
              <Input
                key={language.id}
                addonBefore={`${t("field.name")} · ${language.name}`}
                value={edited.name?.[language.id] ?? ""}
                onChange={(event) =>
                  setEdited({ ...edited, name: { ...edited.name, [language.id]: event.target.value } })
                }
              />
            ))}
            <div>
              <p className="small muted" style={{ marginBottom: 6 }}>
                {t("calendars.closed_target")}
              </p>
              <TargetPicker
                value={edited.closed ?? null}
                onChange={(closed) => setEdited({ ...edited, closed })}
                none={t("calendars.closed_as_usual")}
              />
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}
