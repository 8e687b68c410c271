import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useAsk } from "../ui/useAsk";

const PATH = "/api/centre";

interface Centre {
  supervision_shown: boolean;
}

/** Whether the centre's agents are told of supervisors at their calls. */
export function SupervisionShown() {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const centre = useQuery({ queryKey: [PATH], queryFn: () => api<Centre>(PATH) });
  const change = (supervision_shown: boolean) =>
    run("change", async () => {
      queries.setQueryData([PATH], await api<Centre>(PATH, { method: "PATCH", body: { supervision_shown } }));
    });
  return (
    <label className="row" htmlFor="supervision-shown">
      <Switch
        id="supervision-shown"
        size="small"
        checked={centre.data?.supervision_shown ?? false}
        disabled={!centre.data}
        loading={busy === "change"}
        onChange={(on) => void change(on)}
        data-testid="supervision-shown"
      />
      <span>{t("people.supervision_shown")}</span>
    </label>
  );
}
