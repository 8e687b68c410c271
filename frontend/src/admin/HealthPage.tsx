import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Health } from "../api/types";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { AlarmsPanel } from "./AlarmsPanel";
import { RecipientsPanel } from "./RecipientsPanel";
import { usePartText } from "./usePartText";
import { useStateText } from "./useStateText";
import "./admin.css";

/** Whether calls can be taken, and if not, which part is why. */
export function HealthPage() {
  const { t } = useTranslation();
  const partText = usePartText();
  const stateText = useStateText();
  const query = useQuery({
    queryKey: ["health"],
    queryFn: () => api<Health>("/api/system/health"),
    refetchInterval: 5_000,
  });
  return (
    <div className="page">
      <PageHead title={t("menu.health")} hint={t("health.hint")} />
      <QueryView query={query}>
        {(health) => (
          <div className="stack">
            <section className="health-parts">
              {Object.entries(health.parts).map(([part, state]) => {
                const fine = state === "ok";
                return (
                  <div key={part} className="panel health-part" data-testid={`health-${part}`}>
                    {fine ? (
                      <CheckCircleFilled style={{ color: "var(--ready)", fontSize: 22 }} />
                    ) : (
                      <CloseCircleFilled style={{ color: "var(--lost)", fontSize: 22 }} />
                    )}
                    <div>
                      <strong>{partText(part)}</strong>
                      <p>{fine ? t("health.fine") : stateText(state)}</p>
                    </div>
                  </div>
                );
              })}
            </section>
            <AlarmsPanel />
            <RecipientsPanel />
            <Details health={health} />
          </div>
        )}
      </QueryView>
    </div>
  );
}

function Details({ health }: { health: Health }) {
  const { t, i18n } = useTranslation();
  const label = (key: string) => (i18n.exists(`health.detail.${key}`) ? t(`health.detail.${key}`) : key);
  const rest = flat(Object.fromEntries(Object.entries(health).filter(([key]) => key !== "status" && key !== "parts")));
  if (rest.length === 0) return null;
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("health.details")}</h2>
      </div>
      <dl className="facts panel-body num">
        {rest.map(([key, value]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>{label(key)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Nested details as lines: `recordings_failed` → … */
function flat(value: Record<string, unknown>, before = ""): [string, string][] {
  return Object.entries(value).flatMap(([key, it]) => {
    const name = before ? `${before}.${key}` : key;
    if (it !== null && typeof it === "object" && !Array.isArray(it)) return flat(it as Record<string, unknown>, name);
    return [[name.replaceAll(".", "_"), shown(key, it)] as [string, string]];
  });
}

function shown(key: string, value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (key.endsWith("_bytes") && typeof value === "number")
    return value > 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${(value / 1e6).toFixed(1)} MB`;
  if (key.endsWith("_ms")) return `${value} ms`;
  return Array.isArray(value) ? value.join(", ") : String(value);
}
