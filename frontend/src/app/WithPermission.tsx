import type { ReactNode } from "react";
import { usePermission } from "../api/session";
import type { Permission } from "../api/types";
import { ForbiddenPage } from "./ErrorPages";

/** Shows its children to who may see them. The server decides again on each request; this only spares people dead ends. */
export function WithPermission({ any, children }: { any: Permission[]; children: ReactNode }) {
  return usePermission()(...any) ? children : <ForbiddenPage />;
}
