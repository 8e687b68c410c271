import { CloseCircleFilled, WarningFilled } from "@ant-design/icons";
import { Alert, Tooltip } from "antd";
import type { Finding } from "../api/rules";
import { useFormat } from "../ui/format";

export function SeverityIcon({ severity }: { severity: Finding["severity"] }) {
  return severity === "error" ? (
    <CloseCircleFilled style={{ color: "var(--lost)" }} />
  ) : (
    <WarningFilled style={{ color: "var(--queue)" }} />
  );
}

/** A sign beside an object's name where something is wrong with it; what, when pointed at. */
export function FindingBadge({ findings }: { findings: Finding[] }) {
  const { name } = useFormat();
  if (findings.length === 0) return null;
  const text = findings.map((it) => name(it.text)).join("\n");
  return (
    <Tooltip title={<span style={{ whiteSpace: "pre-line" }}>{text}</span>}>
      <span className="finding-badge" role="img" aria-label={text} data-testid="finding-badge">
        <SeverityIcon severity={findings[0]!.severity} />
      </span>
    </Tooltip>
  );
}

/** All that is wrong with an object, above its form. */
export function FindingList({ findings }: { findings: Finding[] }) {
  const { name } = useFormat();
  return (
    <div className="finding-list">
      {findings.map((it) => (
        <Alert key={`${it.code} ${it.field}`} type={it.severity} showIcon title={name(it.text)} data-testid="finding" />
      ))}
    </div>
  );
}
