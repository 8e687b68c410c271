import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Segmented, Select, Space, TimePicker, Tooltip } from "antd";
import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import type {
  CalendarRecord,
  CallerListRecord,
  Comparison,
  Condition,
  CustomerLevelRecord,
  Group,
  TrunkGroupRecord,
} from "../api/rules";
import type { QueueRecord, TrunkRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { useFormat } from "../ui/format";
import {
  asGroup,
  blankComparison,
  FIELD_GROUPS,
  fieldOf,
  nameOf,
  operatorsOf,
  simplified,
  summary,
  valueFor,
} from "./conditions";
import { useRuleWords } from "./useRuleWords";
import "./rules.css";

dayjs.extend(customParseFormat);

interface Props {
  value?: Condition | null;
  onChange?: (condition: Condition | null) => void;
  /** Said where there is no condition. */
  always?: string;
  /** The fields to choose from. */
  fields?: typeof FIELD_GROUPS;
}

/** A condition put together in rows, and told in a sentence beneath. A field of a form by `value` and `onChange`. */
export function ConditionBuilder({ value, onChange, always, fields = FIELD_GROUPS }: Props) {
  const { t } = useTranslation();
  const words = useRuleWords();
  return (
    <div className="condition" data-testid="condition">
      <Rows group={asGroup(value)} depth={0} fields={fields} onChange={(group) => onChange?.(simplified(group))} />
      <p className="condition-summary" data-testid="condition-summary">
        {value ? summary(value, words) : (always ?? t("condition.always"))}
      </p>
    </div>
  );
}

interface RowsProps {
  group: Group;
  depth: number;
  fields: typeof FIELD_GROUPS;
  onChange: (group: Group) => void;
}

function Rows({ group, depth, fields, onChange }: RowsProps) {
  const { t } = useTranslation();
  const replace = (place: number, it: Condition) =>
    onChange({ ...group, of: group.of.map((old, at) => (at === place ? it : old)) });
  const remove = (place: number) => onChange({ ...group, of: group.of.filter((_, at) => at !== place) });
  const add = (it: Condition) => onChange({ ...group, of: [...group.of, it] });
  return (
    <div className={depth ? "condition-group" : undefined}>
      {group.of.length > 1 && (
        <Segmented<Group["type"]>
          size="small"
          value={group.type}
          onChange={(type) => onChange({ ...group, type })}
          options={[
            { value: "all", label: t("condition.all_of") },
            { value: "any", label: t("condition.any_of") },
          ]}
        />
      )}
      {group.of.map((it, place) => (
        <Row
          key={place}
          condition={it}
          depth={depth}
          fields={fields}
          onChange={(to) => replace(place, to)}
          remove={() => remove(place)}
        />
      ))}
      <Space size={4}>
        <Button
          size="small"
          type="text"
          icon={<PlusOutlined />}
          onClick={() => add(blankComparison("queue.longest_wait_s"))}
          data-testid="condition-add"
        >
          {t("condition.add")}
        </Button>
        {depth < 2 && group.of.length > 0 && (
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            onClick={() => add({ type: group.type === "all" ? "any" : "all", of: [blankComparison("queue.waiting")] })}
          >
            {t("condition.add_group")}
          </Button>
        )}
      </Space>
    </div>
  );
}

interface RowProps {
  condition: Condition;
  depth: number;
  fields: typeof FIELD_GROUPS;
  onChange: (condition: Condition) => void;
  remove: () => void;
}

function Row({ condition, depth, fields, onChange, remove }: RowProps) {
  const { t } = useTranslation();
  const negated = condition.type === "not";
  const inner = negated ? condition.of : condition;
  const put = (it: Condition) => onChange(negated ? { type: "not", of: it } : it);
  return (
    <div className="condition-row">
      <Tooltip title={t("condition.negate")}>
        <button
          type="button"
          className="condition-not"
          aria-pressed={negated}
          onClick={() => onChange(negated ? inner : { type: "not", of: inner })}
        >
          {t("condition.not_short")}
        </button>
      </Tooltip>
      {inner.type === "is" ? (
        <ComparisonRow it={inner} fields={fields} onChange={put} />
      ) : inner.type === "not" ? (
        <Row condition={inner} depth={depth} fields={fields} onChange={put} remove={remove} />
      ) : (
        <Rows group={inner} depth={depth + 1} fields={fields} onChange={put} />
      )}
      <Button type="text" size="small" icon={<CloseOutlined />} onClick={remove} aria-label={t("condition.remove")} />
    </div>
  );
}

interface ComparisonProps {
  it: Comparison;
  fields: typeof FIELD_GROUPS;
  onChange: (it: Comparison) => void;
}

function ComparisonRow({ it, fields, onChange }: ComparisonProps) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const calendars = useList<CalendarRecord>("/api/calendars");
  const queues = useList<QueueRecord>("/api/queues");
  const field = fieldOf(it.field);
  const base = field?.base ?? it.field;
  const kind = field?.kind ?? "text";
  const of = (id?: string) => onChange({ ...it, field: nameOf(base, id) });
  return (
    <div className="condition-comparison">
      <Select
        size="small"
        style={{ width: 180 }}
        value={base}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        onChange={(chosen: string) =>
          onChange(blankComparison(chosen, chosen === "calendar" ? calendars[0]?.id : undefined))
        }
        options={fields.map(([group, bases]) => ({
          label: t(`condition.group.${group}`),
          options: bases.map((each) => ({ value: each, label: t(`condition.field.${each.replace(".", "_")}`) })),
        }))}
        data-testid="condition-field"
      />
      {base === "data" && (
        <Input
          size="small"
          style={{ width: 110 }}
          placeholder={t("condition.key")}
          value={field?.of}
          onChange={(event) => of(event.target.value)}
        />
      )}
      {base === "calendar" && (
        <Select
          size="small"
          style={{ width: 140 }}
          value={field?.of || undefined}
          placeholder={t("condition.which_calendar")}
          onChange={of}
          options={calendars.map((each) => ({ value: each.id, label: name(each.name, each.id) }))}
        />
      )}
      {base.startsWith("queue.") && (
        <Select
          size="small"
          style={{ width: 140 }}
          value={field?.of ?? ""}
          onChange={(id: string) => of(id || undefined)}
          options={[
            { value: "", label: t("condition.own_queue") },
            ...queues.map((each) => ({ value: each.id, label: name(each.name, each.id) })),
          ]}
        />
      )}
      {kind !== "open" && (
        <Select
          size="small"
          style={{ width: 110 }}
          value={it.operator}
          onChange={(operator) => onChange({ ...it, operator, value: valueFor(operator, it.value) })}
          options={operatorsOf(kind).map((each) => ({ value: each, label: t(`condition.operator.${each}`) }))}
          data-testid="condition-operator"
        />
      )}
      <ValueField it={it} kind={kind} onChange={(value) => onChange({ ...it, value })} />
    </div>
  );
}

interface ValueProps {
  it: Comparison;
  kind: ReturnType<typeof operatorKind>;
  onChange: (value: Comparison["value"]) => void;
}

const operatorKind = (name: string) => fieldOf(name)?.kind ?? "text";

function ValueField({ it, kind, onChange }: ValueProps) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const lists = useList<CallerListRecord>("/api/caller-lists");
  const groups = useList<TrunkGroupRecord>("/api/trunk-groups");
  const trunks = useList<TrunkRecord>("/api/trunks");
  const levels = useList<CustomerLevelRecord>("/api/customer-levels");
  const number = (unit: string | undefined, min: number, max: number, factor = 1) => (
    <InputNumber
      size="small"
      style={{ width: 104 }}
      suffix={unit}
      min={min}
      max={max}
      value={Number(it.value) * factor}
      onChange={(value) => onChange(Number(value ?? 0) / factor)}
      data-testid="condition-value"
    />
  );
  const choice = (options: { value: string | number; label: string }[]) => (
    <Select
      size="small"
      style={{ width: 170 }}
      mode={it.operator === "in" ? "multiple" : undefined}
      value={it.value as string}
      onChange={(value: string) => onChange(value)}
      options={options}
      data-testid="condition-value"
    />
  );
  switch (kind) {
    case "number":
      return number(undefined, -1_000_000, 1_000_000);
    case "seconds":
      return number("s", 0, 86_400);
    case "share":
      return number("%", 0, 100, 100);
    case "weekday":
      return choice([1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: t(`weekday.${day}`) })));
    case "time":
      return (
        <TimePicker
          size="small"
          format="HH:mm"
          needConfirm={false}
          allowClear={false}
          value={dayjs(String(it.value), "HH:mm")}
          onChange={(value: dayjs.Dayjs | null) => value && onChange(value.format("HH:mm"))}
        />
      );
    case "open":
      return choice(["open", "closed"].map((each) => ({ value: each, label: t(`condition.is_${each}`) })));
    case "language":
      return choice(LANGUAGES.map((each) => ({ value: each.id, label: t(`language.${each.id}`) })));
    case "list":
      return choice([
        { value: "", label: t("condition.no_list") },
        ...lists.map((each) => ({ value: each.id, label: name(each.name, each.id) })),
      ]);
    case "trunk":
      return choice(trunks.map((each) => ({ value: each.id, label: each.id })));
    case "trunk_group":
      return choice(groups.map((each) => ({ value: each.id, label: name(each.name, each.id) })));
    default:
      if (it.operator === "in" || it.field === "customer.level")
        return (
          <Select
            size="small"
            style={{ width: 190 }}
            mode={it.operator === "in" ? "tags" : undefined}
            showSearch
            value={it.value as string}
            onChange={(value: string) => onChange(value)}
            tokenSeparators={[",", " ", "，"]}
            options={it.field === "customer.level" ? levelOptions(levels, it.value) : []}
            data-testid="condition-value"
          />
        );
      return (
        <Input
          size="small"
          style={{ width: 150 }}
          value={String(it.value)}
          onChange={(event) => onChange(event.target.value)}
          data-testid="condition-value"
        />
      );
  }
}

function levelOptions(levels: CustomerLevelRecord[], value: Comparison["value"]) {
  const all = new Set([...levels.map((it) => it.level), "silver", "gold", "platinum", ...[value].flat().map(String)]);
  return [...all].filter(Boolean).map((it) => ({ value: it, label: it }));
}
