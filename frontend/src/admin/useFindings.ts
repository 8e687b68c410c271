import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Finding, FindingsReport } from "../api/rules";
import { usePermission } from "../api/session";

export const FINDINGS = "/api/configuration/findings";

/** What is likely wrong with the configuration; nothing for who could not mend it. */
export function useFindingsQuery() {
  const may = usePermission();
  return useQuery({
    queryKey: [FINDINGS],
    queryFn: () => api<FindingsReport>(FINDINGS),
    enabled: may("queues.manage", "dids.manage", "flows.manage", "trunks.manage", "people.manage"),
    staleTime: 30_000,
  });
}

/** Those of one kind of object, by its id. */
export function useFindings(kind: string | undefined): (id: string) => Finding[] {
  const all = useFindingsQuery().data?.findings ?? [];
  return (id) => (kind ? all.filter((it) => it.kind === kind && it.id === id) : []);
}
