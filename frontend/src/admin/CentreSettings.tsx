import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, InputNumber, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useAsk } from "../ui/useAsk";
import { wrongNumber } from "./fields";
import "./admin.css";

const PATH = "/api/centre";

interface Centre {
  supervision_shown: boolean;
  park_returns_after_s: number;
  place_kept_s: number;
}

/** What holds for the whole centre: whether agents are told of supervisors at their calls, how long a call stays parked, and how
 * long who waited on a switch that failed may take to call again. */
export function CentreSettings() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const centre = useQuery({ queryKey: [PATH], queryFn: () => api<Centre>(PATH) });
  const change = (body: Partial<Centre>) =>
    run(Object.keys(body).join(), async () => {
      queries.setQueryData([PATH], await api<Centre>(PATH, { method: "PATCH", body }));
      void message.success(t("common.saved"));
    });
  return (
    <section className="panel centre-settings">
      <h2>{t("people.centre")}</h2>
      <label className="row" htmlFor="supervision-shown">
        <Switch
          id="supervision-shown"
          size="small"
          checked={centre.data?.supervision_shown ?? false}
          disabled={!centre.data}
          loading={busy === "supervision_shown"}
          onChange={(on) => void change({ supervision_shown: on })}
          data-testid="supervision-shown"
        />
        <span>{t("people.supervision_shown")}</span>
      </label>
      {centre.data && (
        <>
          <Seconds
            key={`parked ${centre.data.park_returns_after_s}`}
            name="park-returns"
            label={t("people.park_returns_after")}
            limits={PARKED_S}
            seconds={centre.data.park_returns_after_s}
            onChange={(seconds) => change({ park_returns_after_s: seconds })}
          />
          <Seconds
            key={`kept ${centre.data.place_kept_s}`}
            name="place-kept"
            label={t("people.place_kept")}
            limits={PLACE_KEPT_S}
            seconds={centre.data.place_kept_s}
            onChange={(seconds) => change({ place_kept_s: seconds })}
          />
        </>
      )}
    </section>
  );
}

const PARKED_S = { min: 10, max: 3600, whole: true };
const PLACE_KEPT_S = { min: 0, max: 3600, whole: true };

interface SecondsProps {
  name: string;
  label: string;
  limits: typeof PARKED_S;
  seconds: number;
  onChange: (seconds: number) => Promise<boolean>;
}

/** Kept when the field is left, or with Enter; a wrong value stays as it was typed, with what is wrong with it. */
function Seconds({ name, label, limits, seconds, onChange }: SecondsProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<number | null>(seconds);
  const wrong = typed === null ? "" : wrongNumber(t, typed, limits);
  const keep = async () => {
    if (wrong) return;
    const kept = typed === null || typed === seconds || (await onChange(typed));
    if (typed === null || !kept) setTyped(seconds);
  };
  return (
    <span className="row">
      <label htmlFor={`${name}-after`}>{label}</label>
      <InputNumber
        id={`${name}-after`}
        size="small"
        status={wrong && "error"}
        suffix={t("unit.s")}
        style={{ width: 100 }}
        value={typed}
        onChange={setTyped}
        onBlur={() => void keep()}
        onPressEnter={() => void keep()}
        data-testid={`${name}-after`}
      />
      {wrong && (
        <span role="alert" className="small field-wrong" data-testid={`${name}-wrong`}>
          {wrong}
        </span>
      )}
    </span>
  );
}
