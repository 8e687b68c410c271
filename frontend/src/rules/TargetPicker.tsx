import { Checkbox, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import type { Target } from "../api/rules";
import type { FlowRecord, QueueRecord, TrunkRecord } from "../api/types";
import { useAgents } from "../link/store";
import { useFormat } from "../ui/format";
import { SayPicker } from "./SayPicker";
import { blankTarget, TARGET_TYPES } from "./targets";
import "./rules.css";

interface Props {
  value?: Target | null;
  onChange?: (target: Target | null) => void;
  /** Said where none is chosen; without it one must be. */
  none?: string;
  /** A queue that cannot be chosen: the one the rule belongs to. */
  except?: string;
  /** Whether a call may be in a queue, or about to enter one, when it is sent there; else a callback names its own. */
  queued?: boolean;
}

/** Where a call goes. A field of a form by `value` and `onChange`. */
export function TargetPicker({ value, onChange, none, except, queued = true }: Props) {
  const { t } = useTranslation();
  return (
    <div className="target" data-testid="target">
      <Select
        style={{ flex: "1 1 240px" }}
        value={value?.type ?? (none ? "" : undefined)}
        placeholder={t("target.choose")}
        onChange={(type: Target["type"] | "") => onChange?.(type === "" ? null : blankTarget(type))}
        options={[
          ...(none ? [{ value: "", label: none }] : []),
          ...TARGET_TYPES.map((type) => ({ value: type, label: t(`target.type.${type}`) })),
        ]}
        data-testid="target-type"
      />
      {value && <Details target={value} except={except} queued={queued} onChange={(it) => onChange?.(it)} />}
    </div>
  );
}

function Details({
  target,
  except,
  queued,
  onChange,
}: {
  target: Target;
  except?: string;
  queued: boolean;
  onChange: (it: Target) => void;
}) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queues = useList<QueueRecord>("/api/queues").filter((it) => it.id !== except);
  const flows = useList<FlowRecord>("/api/flows");
  const trunks = useList<TrunkRecord>("/api/trunks");
  const agents = useAgents();
  const wide = { minWidth: 220, flex: 1 };
  switch (target.type) {
    case "queues":
      return (
        <>
          <Select
            mode="multiple"
            style={wide}
            placeholder={t("target.which_queues")}
            value={target.queues}
            onChange={(chosen: string[]) => onChange({ ...target, queues: chosen })}
            options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
            data-testid="target-queues"
          />
          <Checkbox
            checked={target.also ?? false}
            onChange={(event) => onChange({ ...target, also: event.target.checked })}
          >
            {t("target.also")}
          </Checkbox>
        </>
      );
    case "agent":
      return (
        <Select
          style={wide}
          placeholder={t("target.which_agent")}
          showSearch={{ optionFilterProp: "label" }}
          value={target.agent || undefined}
          onChange={(agent: string) => onChange({ ...target, agent })}
          options={agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }))}
        />
      );
    case "flow":
      return (
        <Select
          style={wide}
          placeholder={t("target.which_flow")}
          value={target.flow || undefined}
          onChange={(flow: string) => onChange({ ...target, flow })}
          options={flows.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
        />
      );
    case "number":
      return (
        <>
          <Input
            style={{ width: 170 }}
            placeholder={t("target.which_number")}
            value={target.number}
            onChange={(event) => onChange({ ...target, number: event.target.value.trim() })}
          />
          <Select
            style={{ minWidth: 150 }}
            value={target.trunk ?? ""}
            onChange={(trunk: string) => onChange({ ...target, trunk: trunk || null })}
            options={[
              { value: "", label: t("target.any_trunk") },
              ...trunks.map((it) => ({ value: it.id, label: it.id })),
            ]}
          />
          <InputNumber
            style={{ width: 120 }}
            min={3}
            max={300}
            suffix={t("unit.s")}
            aria-label={t("target.ring")}
            value={target.timeout_s ?? 30}
            onChange={(timeout_s) => onChange({ ...target, timeout_s: timeout_s ?? 30 })}
          />
        </>
      );
    case "voicemail":
    case "callback":
      return (
        <>
          <Select
            style={wide}
            placeholder={t("target.which_queue")}
            value={target.queue ?? (queued || target.type === "voicemail" ? "" : undefined)}
            onChange={(queue: string) => onChange({ ...target, queue: queue || null })}
            options={[
              ...(queued ? [{ value: "", label: t("target.own_queue") }] : []),
              ...(!queued && target.type === "voicemail" ? [{ value: "", label: t("target.no_queue") }] : []),
              ...queues.map((it) => ({ value: it.id, label: name(it.name, it.id) })),
            ]}
            data-testid="target-queue"
          />
          {target.type === "voicemail" && (
            <SayPicker value={target.say} onChange={(say) => onChange({ ...target, say })} none={t("say.standard")} />
          )}
        </>
      );
    case "goodbye":
      return (
        <>
          <SayPicker value={target.say} onChange={(say) => onChange({ ...target, say })} none={t("say.nothing")} />
          <Checkbox
            checked={target.busy ?? false}
            onChange={(event) => onChange({ ...target, busy: event.target.checked })}
          >
            {t("target.busy")}
          </Checkbox>
        </>
      );
    default:
      return null;
  }
}
