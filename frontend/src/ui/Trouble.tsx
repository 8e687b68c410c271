import { DisconnectOutlined, LockOutlined, SearchOutlined, WarningOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

export type TroubleKind = "forbidden" | "not_found" | "unreachable" | "broken";

const ICONS: Record<TroubleKind, ReactNode> = {
  forbidden: <LockOutlined />,
  not_found: <SearchOutlined />,
  unreachable: <DisconnectOutlined />,
  broken: <WarningOutlined />,
};

/** What could not be shown, and the way out. */
export function Trouble({
  kind,
  title,
  text,
  children,
}: {
  kind: TroubleKind;
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={`trouble trouble-${kind}`} role="alert">
      <span className="trouble-icon">{ICONS[kind]}</span>
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
