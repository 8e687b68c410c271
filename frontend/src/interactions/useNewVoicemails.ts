import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { usePermission } from "../api/session";

export const VOICEMAILS = "/api/voicemails";

/** How many messages nobody has dealt with yet; 0 for who may not hear any. */
export function useNewVoicemails(): number {
  const may = usePermission();
  const query = useQuery({
    queryKey: [VOICEMAILS, "count"],
    queryFn: async () => (await api<{ total: number }>(`${VOICEMAILS}/new`)).total,
    enabled: may("recordings.listen"),
    refetchInterval: 30_000,
  });
  return query.data ?? 0;
}
