import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { asItems } from "../api/items";
import { usePermission } from "../api/session";
import type { Named, Page, Permission } from "../api/types";
import { useSoftphoneService } from "../softphone/service";

const NONE: Named[] = [];

/** What agents choose from: they have it with their telephone, others ask the administration's lists. */
function useListed(path: string, mine: Named[] | undefined, ...any: Permission[]): Named[] {
  const may = usePermission();
  const listed = useQuery({
    queryKey: [path, "all"],
    queryFn: async () => asItems(await api<Page<Named> | Named[]>(`${path}?page_size=500`)),
    enabled: !mine && may(...any),
    staleTime: 60_000,
    retry: false,
  }).data;
  return mine ?? listed ?? NONE;
}

export function useOutcomes(): Named[] {
  const mine = useSoftphoneService((state) => state.settings?.outcomes);
  return useListed("/api/outcomes", mine, "agents.supervise", "queues.manage");
}

export function useReasons(): Named[] {
  const mine = useSoftphoneService((state) => state.settings?.not_ready_reasons);
  return useListed("/api/not-ready-reasons", mine, "board.view", "queues.manage");
}
