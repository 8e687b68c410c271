import { UploadOutlined } from "@ant-design/icons";
import { Alert, App, Button, Modal, Table, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import { useFaultText } from "../api/errors";
import type { ImportReport } from "../api/rules";
import { useFocusBack } from "../ui/useFocusBack";

interface Props {
  path: string;
  list: string;
  close: () => void;
  imported: () => void;
}

/** Numbers out of a CSV file: what would come of it is told first, each faulty line with its number; then it is done or not. */
export function ImportNumbers({ path, list, close, imported }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const { message } = App.useApp();
  const text = useFaultText();
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState<"looks" | "takes" | null>(null);

  const send = async (content: File, how: { dry_run?: boolean; skip_faulty?: boolean }) => {
    const form = new FormData();
    form.append("file", content);
    setBusy(how.dry_run ? "looks" : "takes");
    setFault("");
    try {
      return await api<ImportReport>(withQuery(path, how), { method: "POST", body: form });
    } catch (error) {
      setFault(text(error));
      return null;
    } finally {
      setBusy(null);
    }
  };
  const look = async (chosen: File) => {
    setFile(chosen);
    setReport(null);
    setReport(await send(chosen, { dry_run: true }));
  };
  const take = async () => {
    if (!file || !report) return;
    const { faulty } = report;
    const done = await send(file, faulty ? { skip_faulty: true } : {});
    if (done === null) return;
    void message.success(t(faulty ? "callers.import_done" : "callers.added", { ...done }));
    imported();
    close();
  };
  return (
    <Modal
      open
      width={680}
      style={{ top: 40 }}
      title={t("callers.import_title", { list })}
      onCancel={close}
      footer={[
        <Button key="cancel" onClick={close}>
          {t("common.cancel")}
        </Button>,
        <Button
          key="take"
          type="primary"
          disabled={!report?.added}
          loading={busy === "takes"}
          onClick={() => void take()}
          data-testid="import-take"
        >
          {report
            ? t(report.faulty ? "callers.import_good" : "callers.import_all", { ...report })
            : t("callers.import")}
        </Button>,
      ]}
    >
      <div className="stack">
        <p className="muted">{t("callers.import_hint")}</p>
        <div className="row">
          <Upload
            accept=".csv,text/csv"
            showUploadList={false}
            beforeUpload={(chosen) => {
              void look(chosen);
              return false;
            }}
          >
            <Button icon={<UploadOutlined />} loading={busy === "looks"}>
              {t("callers.import_file")}
            </Button>
          </Upload>
          <span className="ellipsis">{file?.name}</span>
        </div>
        {fault && <Alert type="error" showIcon title={fault} role="alert" />}
        {report && <Report of={report} />}
      </div>
    </Modal>
  );
}

function Report({ of: report }: { of: ImportReport }) {
  const { t } = useTranslation();
  return (
    <>
      <ul className="import-counts" data-testid="import-counts">
        <li>
          <strong>{t("callers.import_adds", { ...report })}</strong>
        </li>
        {(["already", "repeated", "shortened"] as const).map(
          (it) => report[it] > 0 && <li key={it}>{t(`callers.import_${it}`, { ...report })}</li>,
        )}
      </ul>
      {report.faulty > 0 && (
        <>
          <Alert
            type="warning"
            showIcon
            role="alert"
            title={t("callers.import_faulty", { ...report })}
            description={t("callers.import_faulty_hint")}
          />
          <Table
            rowKey="line"
            size="small"
            dataSource={report.faults}
            data-testid="import-faults"
            pagination={
              report.faults.length > 5
                ? { pageSize: 5, showSizeChanger: false, showTotal: () => shownOf(report, t) }
                : false
            }
            columns={[
              { title: t("callers.line_number"), dataIndex: "line", className: "num", width: 70 },
              { title: t("callers.line_problem"), dataIndex: "problem" },
            ]}
          />
        </>
      )}
    </>
  );
}

function shownOf({ faulty, faults }: ImportReport, t: (key: string, values: { shown: number }) => string): string {
  return faulty > faults.length ? t("callers.import_more", { shown: faults.length }) : "";
}
