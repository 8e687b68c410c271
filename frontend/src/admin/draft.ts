import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Values } from "./Editor";

/** What a form has that is not saved. */
export interface Draft {
  id: string;
  values: Values;
}

/** The draft a form was left with, found again by "back": it is kept in the browser's history, so a reload keeps it too. */
export function useDraft(): [draft: Draft | null, forget: () => void] {
  const { pathname, search, state } = useLocation();
  const navigate = useNavigate();
  const [draft, setDraft] = useState((state as { draft?: Draft } | null)?.draft ?? null);
  const forget = () => {
    if (!draft) return;
    setDraft(null);
    void navigate({ pathname, search }, { replace: true });
  };
  return [draft, forget];
}

/** Goes to another page, and leaves the draft here for when one comes back. */
export function useLeaveDraft(): (draft: Draft, to: string, state: object) => Promise<void> {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  return async (draft, to, state) => {
    await navigate({ pathname, search }, { replace: true, state: { draft } });
    await navigate(to, { state });
  };
}
