import { HistoryOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { usePermission } from "../api/session";
import type { CustomerRecord } from "../api/types";
import { formatNumber } from "../ui/format";
import { LevelTag } from "../ui/LevelTag";
import { TextField, WordsField } from "./fields";
import { ResourcePage, RowButton } from "./ResourcePage";

export function CustomersPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const editable = may("customers.edit");
  return (
    <ResourcePage<CustomerRecord>
      path="/api/customers"
      idOf={(it) => it.id}
      nameOf={(it) => it.name}
      title={t("menu.customers")}
      newLabel={t("customer.new")}
      searchHint={t("customer.search")}
      deletable={editable}
      blank={{ company: "", level: "", numbers: [], notes: "" }}
      columns={[
        {
          title: t("people.name"),
          key: "name",
          sorter: true,
          render: (_, it) => (
            <span className="row">
              <strong>{it.name}</strong> {it.level && <LevelTag level={it.level} />}
            </span>
          ),
        },
        {
          title: t("customer.company"),
          key: "company",
          sorter: true,
          render: (_, it) => (
            <div className="ellipsis" style={{ maxWidth: 260 }} title={it.company}>
              {it.company || <span className="faint">–</span>}
            </div>
          ),
        },
        {
          title: t("customer.numbers"),
          render: (_, it) => (
            <span className="num nowrap">
              {it.numbers[0] ? formatNumber(it.numbers[0]) : <span className="faint">–</span>}
              {it.numbers.length > 1 && (
                <span className="faint" title={it.numbers.map(formatNumber).join("\n")}>
                  {" "}
                  +{it.numbers.length - 1}
                </span>
              )}
            </span>
          ),
        },
        {
          title: t("customer.notes"),
          render: (_, it) => (
            <div className="ellipsis muted" style={{ maxWidth: 280 }} title={it.notes}>
              {it.notes}
            </div>
          ),
        },
      ]}
      actions={(it) =>
        it.numbers[0] && (
          <RowButton
            icon={<HistoryOutlined />}
            label={t("customer.interactions")}
            onClick={() => navigate(`/interactions?caller=${encodeURIComponent(it.numbers[0]!)}`)}
          />
        )
      }
      form={
        editable
          ? () => (
              <>
                <TextField name="name" label={t("people.name")} needed />
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
