import { useQuery, useQueryClient } from "@tanstack/react-query";
import { InputNumber, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useAsk } from "../ui/useAsk";

const PATH = "/api/centre";

interface Centre {
  supervision_shown: boolean;
  park_returns_after_s: number;
}

/** What holds for the whole centre: whether agents are told of supervisors at their calls, and how long a call stays parked. */
export function CentreSettings() {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const centre = useQuery({ queryKey: [PATH], queryFn: () => api<Centre>(PATH) });
  const change = (body: Partial<Centre>) =>
    run(Object.keys(body).join(), async () => {
      queries.setQueryData([PATH], await api<Centre>(PATH, { method: "PATCH", body }));
    });
  return (
    <>
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
        <ParkReturns
          key={centre.data.park_returns_after_s}
          seconds={centre.data.park_returns_after_s}
          onChange={(seconds) => change({ park_returns_after_s: seconds })}
        />
      )}
    </>
  );
}

interface ParkReturnsProps {
  seconds: number;
  onChange: (seconds: number) => Promise<boolean>;
}

/** Kept when the field is left, or with Enter. */
function ParkReturns({ seconds, onChange }: ParkReturnsProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<number | null>(seconds);
  const keep = async () => {
    const kept = typed === null || typed === seconds || (await onChange(typed));
    if (typed === null || !kept) setTyped(seconds);
  };
  return (
    <span className="row">
      <label htmlFor="park-returns-after">{t("people.park_returns_after")}</label>
      <InputNumber
        id="park-returns-after"
        size="small"
        min={10}
        max={3600}
        precision={0}
        suffix={t("unit.s")}
        style={{ width: 100 }}
        value={typed}
        onChange={setTyped}
        onBlur={() => void keep()}
        onPressEnter={() => void keep()}
        data-testid="park-returns-after"
      />
    </span>
  );
}
