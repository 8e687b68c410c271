import { Button, Input, Modal, Radio, Select } from "antd";
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

/** One date: as the week says, closed all day, or open as on another weekday or at hours of its own. */
export function DayEditor({ date, day, save, close }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const [edited, setEdited] = useState<SpecialDay>(day ?? { date, name: {}, spans: [] });
  const [kind, setKind] = useState<"week" | "closed" | "weekday" | "hours">(() => {
    if (day === null) return "week";
    if (day.as_weekday) return "weekday";
    return day.spans?.length ? "hours" : "closed";
  });
  const as_weekday = kind === "weekday" ? (edited.as_weekday ?? 1) : null;
  const done = () =>
    save(kind === "week" ? null : { ...edited, as_weekday, spans: kind === "hours" ? (edited.spans ?? []) : [] });
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
            { value: "weekday", label: t("calendars.as_a_weekday") },
            { value: "hours", label: t("calendars.own_hours") },
          ]}
        />
        {kind === "weekday" && (
          <Select
            value={as_weekday}
            aria-label={t("calendars.as_a_weekday")}
            onChange={(weekday) => setEdited({ ...edited, as_weekday: weekday })}
            options={[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ value: weekday, label: t(`weekday.${weekday}`) }))}
          />
        )}
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
