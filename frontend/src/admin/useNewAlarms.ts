import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../api/client";
import { usePermission } from "../api/session";
import type { Alarm, Page } from "../api/types";

export const ALARMS = "/api/system/alarms";

/** How many alarms are open that nobody acknowledged; 0 for who may not see any. */
export function useNewAlarms(): number {
  const may = usePermission();
  const query = useQuery({
    queryKey: [ALARMS, "count"],
    queryFn: async () =>
      (await api<Page<Alarm>>(withQuery(ALARMS, { open: "true", acknowledged: "false", page_size: 1 }))).total,
    enabled: may("people.manage"),
    refetchInterval: 15_000,
  });
  return query.data ?? 0;
}
