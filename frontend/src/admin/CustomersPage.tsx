import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePermission } from "../api/session";
import type { CustomerRecord } from "../api/types";
import { formatNumber } from "../ui/format";
import { TextField, WordsField } from "./fields";
import { ResourcePage } from "./ResourcePage";

export function CustomersPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const editable = may("customers.edit");
  return (
    <ResourcePage<CustomerRecord>
      path="/api/customers"
      idOf={(it) => it.id}
      nameOf={(it) => it.name}
      title={t("menu.customers")}
      newLabel={t("customer.new")}
      searchable
      deletable={editable}
      blank={{ company: "", level: "", numbers: [], notes: "" }}
      columns={[
        {
          title: t("field.name"),
          render: (_, it) => (
            <>
              <strong>{it.name}</strong>{" "}
              {it.level && <Tag color="gold">{t(`level.${it.level.toLowerCase()}`, { defaultValue: it.level })}</Tag>}
            </>
          ),
        },
        { title: t("customer.company"), dataIndex: "company" },
        {
          title: t("customer.numbers"),
          render: (_, it) => <span className="num">{it.numbers.map(formatNumber).join(", ")}</span>,
        },
        {
          title: t("customer.notes"),
          render: (_, it) => (
            <div className="ellipsis muted" style={{ maxWidth: 320 }}>
              {it.notes}
            </div>
          ),
        },
      ]}
      actions={(it) =>
        it.numbers[0] ? (
          <Link to={`/interactions?caller=${encodeURIComponent(it.numbers[0])}`}>
            <Button type="link" size="small">
              {t("customer.interactions")}
            </Button>
          </Link>
        ) : null
      }
      form={
        editable
          ? () => (
              <>
                <TextField name="name" label={t("field.name")} needed />
                <TextField name="company" label={t("customer.company")} />
                <TextField name="level" label={t("customer.level")} />
                <WordsField name="numbers" label={t("customer.numbers")} hint={t("customer.numbers_hint")} />
                <TextField name="notes" label={t("customer.notes")} area />
              </>
            )
          : undefined
      }
    />
  );
}
