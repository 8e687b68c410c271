import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "../api/client";
import { asItems } from "../api/items";
import { usePermission } from "../api/session";
import type { Localized, Named, Page, QueueRecord } from "../api/types";
import { useFormat } from "./format";

/** Queues by name; who may not read the list of queues sees their ids. */
export function useQueues() {
  const may = usePermission();
  return useQuery({
    queryKey: ["/api/queues", "all"],
    queryFn: async () => asItems(await api<Page<QueueRecord> | QueueRecord[]>("/api/queues?page_size=500")),
    enabled: may("queues.manage", "board.view", "interactions.view_own", "interactions.view_all", "agent.work"),
    staleTime: 60_000,
    retry: false,
  });
}

/** What a queue is called: nothing before the names are there, its id where there is none. */
export function useQueueName(): (id: string | null | undefined, known?: Localized | null) => string {
  const { data: queues, isLoading } = useQueues();
  const { name } = useFormat();
  return useCallback(
    (id, known) => {
      if (!id) return "–";
      return name(known ?? queues?.find((it: Named) => it.id === id)?.name, isLoading ? "" : id);
    },
    [queues, isLoading, name],
  );
}
