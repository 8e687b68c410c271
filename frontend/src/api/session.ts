import { type QueryClient, useQuery } from "@tanstack/react-query";
import { api, setCsrfToken } from "./client";
import type { Permission, Session } from "./types";

export const SESSION_KEY = ["session"];

async function fetchSession(): Promise<Session> {
  return taken(await api<Session>("/api/auth/session"));
}

function taken(session: Session): Session {
  setCsrfToken(session.csrf_token);
  return session;
}

export function useSessionQuery() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY, retry: 3 });
}

export const useSession = (): Session | undefined => useSessionQuery().data;

export function usePermission(): (...any: Permission[]) => boolean {
  const granted = useSession()?.permissions ?? [];
  return (...any) => any.some((it) => granted.includes(it));
}

let left = false;

/** Whether whoever was signed in has signed out here, rather than that the session has ended. */
export const hasLeft = (): boolean => left;

/** Signs in and makes the new session known. The person's own language goes before the page's, unless that was chosen there. */
export async function signIn(
  client: QueryClient,
  body: { tenant?: string; login: string; password: string; language: string; language_chosen: boolean },
): Promise<Session> {
  const session = taken(await api<Session>("/api/auth/sign-in", { method: "POST", body }));
  left = false;
  client.clear();
  client.setQueryData(SESSION_KEY, session);
  return session;
}

export async function signOut(client: QueryClient): Promise<void> {
  left = true;
  await api("/api/auth/sign-out", { method: "POST" }).catch(() => {});
  const session = await fetchSession().catch(() => null);
  client.clear();
  if (session) client.setQueryData(SESSION_KEY, session);
}
