import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import type { CalendarRecord, CallerListRecord, TrunkGroupRecord } from "../api/rules";
import type { FlowRecord, Localized } from "../api/types";
import { useAgents } from "../link/store";
import { useFormat } from "../ui/format";
import { useQueueName } from "../ui/useQueueName";
import type { Words } from "./conditions";
import type { TargetWords } from "./targets";

interface Named {
  id: string;
  name?: Localized | string;
}

export interface RuleWords extends Words, TargetWords {
  named: (kind: string, id: string) => string;
}

/** The words and names conditions and targets are told with, in the person's language. */
export function useRuleWords(): RuleWords {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queueName = useQueueName();
  const agents = useAgents();
  const lists: Record<string, Named[]> = {
    calendar: useList<CalendarRecord>("/api/calendars"),
    caller_list: useList<CallerListRecord>("/api/caller-lists"),
    trunk_group: useList<TrunkGroupRecord>("/api/trunk-groups"),
    flow: useList<FlowRecord>("/api/flows"),
  };
  return {
    t: (key, values) => t(key, { ...values, interpolation: { escapeValue: false } }),
    named: (kind: string, id: string) => {
      if (kind === "queue") return queueName(id);
      if (kind === "agent") return agents.find((it) => it.agent === id)?.name ?? id;
      return name(lists[kind]?.find((it) => it.id === id)?.name, id);
    },
  };
}
