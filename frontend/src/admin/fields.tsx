import { Form, Input, InputNumber, Select } from "antd";
import type { Rule } from "antd/es/form";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../i18n";

/** Fields that administration's forms share. */

export function TextField({
  name,
  label,
  needed,
  hint,
  disabled,
  area,
}: {
  name: string | string[];
  label: string;
  needed?: boolean;
  hint?: ReactNode;
  disabled?: boolean;
  area?: boolean;
}) {
  const { t } = useTranslation();
  const rules: Rule[] = needed ? [{ required: true, whitespace: true, message: t("common.needed") }] : [];
  const handle = `field-${Array.isArray(name) ? name.join("-") : name}`;
  return (
    <Form.Item name={name} label={label} rules={rules} extra={hint}>
      {area ? (
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} disabled={disabled} data-testid={handle} />
      ) : (
        <Input disabled={disabled} autoComplete="off" data-testid={handle} />
      )}
    </Form.Item>
  );
}

/** What the API takes for an id of each kind (`callbase/web/fields.py`). */
export const ID_FORMS = {
  id: /^[a-z0-9][a-z0-9_-]{0,39}$/,
  did: /^\+?[0-9*#]{1,31}$/,
  login: /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
  level: /^[^/\s][^/]{0,39}$/,
};

/** An id: made once, never changed, for numbers of old reports hang on it. */
export function IdField({
  isNew,
  name = "id",
  label,
  form = "id",
}: {
  isNew: boolean;
  name?: string;
  label?: string;
  form?: keyof typeof ID_FORMS;
}) {
  const { t } = useTranslation();
  const reasons = {
    id: t("admin.id_form"),
    did: t("admin.did_form"),
    login: t("admin.login_form"),
    level: t("admin.level_form"),
  };
  return (
    <Form.Item
      name={name}
      label={label ?? t("field.id")}
      extra={isNew ? t("admin.id_hint") : undefined}
      rules={[
        { required: true, message: t("common.needed") },
        { pattern: ID_FORMS[form], message: reasons[form] },
      ]}
    >
      <Input disabled={!isNew} autoComplete="off" data-testid={`field-${name}`} />
    </Form.Item>
  );
}

/** The same thing said in each language. */
export function LocalizedField({ name, label, area }: { name: string; label: string; area?: boolean }) {
  return LANGUAGES.map((it) => (
    <TextField key={it.id} name={[name, it.id]} label={`${label} · ${it.name}`} needed area={area} />
  ));
}

interface Bounds {
  min?: number;
  max?: number;
  whole?: boolean;
}

/** Why a number cannot be taken; "" where it can. */
export function wrongNumber(t: TFunction, value: number, { min, max, whole }: Bounds): string {
  if (whole && !Number.isInteger(value)) return t("common.whole_number");
  if (min !== undefined && max !== undefined && (value < min || value > max)) return t("common.between", { min, max });
  return min !== undefined && value < min ? t("common.at_least", { min }) : "";
}

/** A number out of its bounds is refused with its reason, not changed into another one. */
export function NumberField({
  name,
  label,
  min = 0,
  max,
  unit,
  hint,
}: {
  name: string | string[];
  label: string;
  min?: number;
  max?: number;
  unit?: string;
  hint?: string;
}) {
  const { t } = useTranslation();
  const within = (_: Rule, value: unknown) => {
    const wrong = typeof value === "number" ? wrongNumber(t, value, { min, max }) : "";
    return wrong ? Promise.reject(new Error(wrong)) : Promise.resolve();
  };
  return (
    <Form.Item
      name={name}
      label={label}
      extra={hint}
      rules={[{ required: true, message: t("common.needed") }, { validator: within }]}
    >
      <InputNumber suffix={unit === "s" ? t("unit.s") : unit} style={{ width: "100%" }} />
    </Form.Item>
  );
}

export function SelectField({
  name,
  label,
  options,
  many,
  needed,
  hint,
}: {
  name: string | string[];
  label: string;
  options: { value: string; label: ReactNode }[];
  many?: boolean;
  needed?: boolean;
  hint?: string;
}) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={name}
      label={label}
      extra={hint}
      rules={needed ? [{ required: true, message: t("common.needed") }] : []}
    >
      <Select
        allowClear={!needed}
        showSearch={{ optionFilterProp: "label" }}
        mode={many ? "multiple" : undefined}
        options={options}
      />
    </Form.Item>
  );
}

/** Short words typed one after the other: addresses, telephone numbers, codecs. */
export function WordsField({ name, label, hint }: { name: string; label: string; hint?: string }) {
  return (
    <Form.Item name={name} label={label} extra={hint}>
      <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", ";", "，"]} />
    </Form.Item>
  );
}
