import { InboxOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

/** An empty list: says so, and where there is something to do about it offers that. */
export function Nothing({ text, icon, children }: { text: ReactNode; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="nothing" data-testid="nothing">
      {icon ?? <InboxOutlined />}
      <p>{text}</p>
      {children}
    </div>
  );
}
