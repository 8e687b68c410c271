import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import type { InteractionView } from "../link/messages";
import * as desk from "../softphone/desk";

/** Outcome and note; a field that is not there is as the engine has it. */
export interface Draft {
  outcome?: string;
  note?: string;
}

export type Saving = "untouched" | "saving" | "saved" | "failed";

const SAVE_AFTER_MS = 700;
const RETRY_AFTER_MS = 3_000;

/**
 * What this page wrote on a call, over what the engine has. Only what was touched here is sent, so pages beside each other
 * do not undo one another. Saved a moment after the last change, when the page goes out of view, and by `save` at once.
 */
export function useDraft(interaction: InteractionView) {
  const id = interaction.interaction;
  const [draft, setDraft] = useState<Draft>(() => stored(id));
  const [saving, setSaving] = useState<Saving>("untouched");
  const latest = useRef(draft);
  const acknowledged = useRef<Draft>({});

  const keep = useCallback(
    (next: Draft) => {
      latest.current = next;
      setDraft(next);
      store(id, unsaved(next, acknowledged.current));
    },
    [id],
  );
  const change = useCallback((part: Draft) => keep({ ...latest.current, ...part }), [keep]);

  const save = useCallback(async () => {
    const sent = unsaved(latest.current, acknowledged.current);
    if (!sent) return;
    setSaving("saving");
    try {
      await desk.describe(id, sent);
    } catch (error) {
      setSaving("failed");
      throw error;
    }
    acknowledged.current = { ...acknowledged.current, ...sent };
    store(id, unsaved(latest.current, acknowledged.current));
    setSaving("saved");
  }, [id]);
  const saveQuietly = useCallback(() => void save().catch(() => {}), [save]);

  useEffect(() => {
    if (saving === "saving" || !unsaved(draft, acknowledged.current)) return;
    const timer = setTimeout(saveQuietly, saving === "failed" ? RETRY_AFTER_MS : SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, saving, saveQuietly]);

  // The reply may be here before the change that shows what was saved: until then it is shown as it was typed.
  useEffect(() => {
    if (saving !== "saved") return;
    const next = { ...draft };
    for (const field of ["outcome", "note"] as const) {
      if (next[field] !== interaction[field]) continue;
      delete next[field];
      delete acknowledged.current[field];
    }
    if (Object.keys(next).length < Object.keys(draft).length) keep(next);
  }, [draft, saving, interaction, keep]);

  useEffect(() => {
    document.addEventListener("visibilitychange", saveQuietly);
    return () => document.removeEventListener("visibilitychange", saveQuietly);
  }, [saveQuietly]);

  // The wrap-up ended, or the page was left, with something not saved yet: the API takes it afterwards.
  useEffect(
    () => () => {
      const rest = unsaved(latest.current, acknowledged.current);
      if (!rest) return;
      void api(`/api/interactions/${id}`, { method: "PATCH", body: rest }).then(
        () => store(id, null),
        () => {},
      );
    },
    [id],
  );

  return {
    outcome: draft.outcome ?? interaction.outcome,
    note: draft.note ?? interaction.note,
    saving: saving !== "failed" && unsaved(draft, acknowledged.current) ? "saving" : saving,
    change,
    save,
    saveQuietly,
  };
}

/** Null for nothing. */
function unsaved(draft: Draft, acknowledged: Draft): Draft | null {
  const rest: Draft = {};
  if (draft.outcome !== undefined && draft.outcome !== acknowledged.outcome) rest.outcome = draft.outcome;
  if (draft.note !== undefined && draft.note !== acknowledged.note) rest.note = draft.note;
  return Object.keys(rest).length ? rest : null;
}

const key = (interaction: string): string => `callbase.draft.${interaction}`;

function store(interaction: string, rest: Draft | null): void {
  if (rest) sessionStorage.setItem(key(interaction), JSON.stringify(rest));
  else sessionStorage.removeItem(key(interaction));
}

function stored(interaction: string): Draft {
  try {
    return JSON.parse(sessionStorage.getItem(key(interaction)) ?? "{}");
  } catch {
    return {};
  }
}
