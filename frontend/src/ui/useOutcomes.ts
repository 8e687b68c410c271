import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { asItems } from "../api/items";
import { usePermission } from "../api/session";
import type { Named, Page } from "../api/types";
import { useSoftphoneService } from "../softphone/service";

/** The outcomes one may choose: agents have them with their telephone, others from the administration's list. */
export function useOutcomes(): Named[] {
  const mine = useSoftphoneService((state) => state.settings?.outcomes);
  const may = usePermission();
  const listed = useQuery({
    queryKey: ["/api/outcomes", "all"],
    queryFn: async () => asItems(await api<Page<Named> | Named[]>("/api/outcomes?page_size=500")),
    enabled: !mine && may("agents.supervise", "queues.manage"),
    staleTime: 60_000,
    retry: false,
  }).data;
  return mine ?? listed ?? [];
}
