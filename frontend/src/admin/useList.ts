import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { asItems } from "../api/items";
import type { Page } from "../api/types";

/** A whole short list, for pickers. */
export function useList<T>(path: string): T[] {
  const query = useQuery({
    queryKey: [path, "all"],
    queryFn: async () => asItems(await api<Page<T> | T[]>(`${path}?page_size=500`)),
    staleTime: 30_000,
  });
  return query.data ?? [];
}
