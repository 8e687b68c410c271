import { useQuery } from "@tanstack/react-query";
import { Avatar } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { usePermission } from "../api/session";
import type { CustomerRecord } from "../api/types";
import type { InteractionView } from "../link/messages";
import { outsideNumber } from "../softphone/part";
import { formatNumber } from "../ui/format";
import { initials } from "../ui/initials";
import { LevelTag } from "../ui/LevelTag";

/** Who is calling. What came with the call is shown at once; the full record follows from the API. */
export function CustomerCard({ interaction }: { interaction: InteractionView }) {
  const { t } = useTranslation();
  const may = usePermission();
  const found = interaction.customer;
  const record = useQuery({
    queryKey: ["/api/customers", found?.id],
    queryFn: () => api<CustomerRecord>(`/api/customers/${found?.id}`),
    enabled: Boolean(found?.id) && may("customers.view", "customers.edit"),
    staleTime: 30_000,
    retry: 1,
  }).data;
  if (!found) {
    return (
      <section className="panel" data-testid="customer-card" data-customer="">
        <div className="customer-top">
          <Avatar size={52} style={{ background: "var(--off)", color: "var(--on-accent)" }}>
            ?
          </Avatar>
          <div className="grow">
            <h2>{t("customer.unknown")}</h2>
            <p className="muted num">{formatNumber(outsideNumber(interaction)) || t("call.anonymous")}</p>
          </div>
        </div>
      </section>
    );
  }
  const level = record?.level || found.level;
  const numbers = record?.numbers?.length ? record.numbers : [found.number || outsideNumber(interaction)];
  const notes = record?.notes || found.notes;
  return (
    <section className="panel" data-testid="customer-card" data-customer={found.id}>
      <div className="customer-top">
        <Avatar size={52} style={{ background: "var(--accent)", color: "var(--on-accent)" }}>
          {initials(found.name)}
        </Avatar>
        <div className="grow">
          <h2>
            <span data-testid="customer-name">{found.name}</span>
            {level && <LevelTag level={level} />}
          </h2>
          <p className="muted">{record?.company || found.company || t("customer.no_company")}</p>
        </div>
        <div className="customer-numbers num">
          {numbers.map((it) => (
            <div key={it}>{formatNumber(it)}</div>
          ))}
        </div>
      </div>
      {notes && (
        <div className="customer-notes">
          <div className="small muted">{t("customer.notes")}</div>
          {notes}
        </div>
      )}
    </section>
  );
}
