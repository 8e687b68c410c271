import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { useSession } from "../api/session";

export const RENEWED_EVERY_MS = 30 * 60_000;

/** A screen on the wall stays signed in while its page is open, also where its display sleeps; others' sessions keep their end. */
export function useRenewal(): void {
  const renewable = useSession()?.renewable ?? false;
  useQuery({
    queryKey: ["renewal"],
    queryFn: () => api("/api/auth/renew", { method: "POST" }).then(() => true),
    enabled: renewable,
    refetchInterval: RENEWED_EVERY_MS,
    refetchIntervalInBackground: true,
  });
}
