import { CheckCircleFilled } from "@ant-design/icons";
import { Button, Segmented, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Finding } from "../api/rules";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { SeverityIcon } from "./FindingMarks";
import { useFindingsQuery } from "./useFindings";
import "./admin.css";

const PAGES: Record<string, string> = {
  queue: "/admin/queues",
  did: "/admin/dids",
  flow: "/admin/flows",
  calendar: "/admin/calendars",
  skill: "/admin/skills",
  caller_list: "/admin/callers",
  trunk: "/admin/trunks",
  trunk_group: "/admin/trunks",
};

/** Where a finding is mended. */
export const placeOf = ({ kind, id }: Pick<Finding, "kind" | "id">): string =>
  kind === "agent"
    ? `/admin/people?search=${encodeURIComponent(id)}`
    : `${PAGES[kind] ?? "/admin/findings"}?edit=${encodeURIComponent(id)}`;

/** What callers would stumble over, before they do. */
export function FindingsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const query = useFindingsQuery();
  const [shown, setShown] = useState<"all" | Finding["severity"]>("all");
  return (
    <div className="page">
      <PageHead title={t("menu.findings")} hint={t("findings.hint")}>
        <Button loading={query.isFetching} onClick={() => void query.refetch()}>
          {t("findings.again")}
        </Button>
      </PageHead>
      <QueryView query={query}>
        {({ findings, errors, warnings, version }) =>
          findings.length === 0 ? (
            <section className="panel findings-fine" data-testid="findings-fine">
              <CheckCircleFilled />
              <div>
                <h2>{t("findings.fine")}</h2>
                <p className="muted">{t("findings.fine_hint", { version })}</p>
              </div>
            </section>
          ) : (
            <section className="panel">
              <div className="panel-head">
                <Segmented
                  value={shown}
                  onChange={setShown}
                  options={[
                    { value: "all", label: `${t("findings.all")} ${findings.length}` },
                    { value: "error", label: `${t("findings.errors")} ${errors}` },
                    { value: "warning", label: `${t("findings.warnings")} ${warnings}` },
                  ]}
                />
              </div>
              <Table<Finding>
                rowKey={(it) => `${it.kind} ${it.id} ${it.field} ${it.code}`}
                size="middle"
                pagination={findings.length > 50 ? { pageSize: 50 } : false}
                dataSource={findings.filter((it) => shown === "all" || it.severity === shown)}
                data-testid="findings"
                columns={[
                  { width: 40, render: (_, it) => <SeverityIcon severity={it.severity} /> },
                  {
                    title: t("findings.where"),
                    width: 260,
                    render: (_, it) => (
                      <>
                        <Tag>{t(`findings.kind.${it.kind}`)}</Tag> <strong>{name(it.name, it.id)}</strong>
                      </>
                    ),
                  },
                  { title: t("findings.what"), render: (_, it) => name(it.text) },
                  {
                    align: "right",
                    width: 110,
                    render: (_, it) => <Link to={placeOf(it)}>{t("findings.mend")}</Link>,
                  },
                ]}
              />
            </section>
          )
        }
      </QueryView>
    </div>
  );
}
