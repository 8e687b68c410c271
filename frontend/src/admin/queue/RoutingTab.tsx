import { Form, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { ALGORITHMS, MEASURED } from "../../api/rules";
import { NumberField } from "../fields";

/** In what order agents are asked, told in words, and how age weighs against priority. */
export function RoutingTab() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const algorithm = Form.useWatch("algorithm", form);
  const window = Form.useWatch("measure_window", form);
  return (
    <>
      <Form.Item name="algorithm" label={t("queues.algorithm")}>
        <AlgorithmPicker />
      </Form.Item>
      <div style={MEASURED.includes(algorithm) ? undefined : { display: "none" }}>
        <Form.Item
          name="measure_window"
          label={t("queues.measure_window")}
          extra={t(`queues.measured.${window ?? "today"}`)}
        >
          <Segmented
            options={["today", "shift", "rolling"].map((it) => ({ value: it, label: t(`queues.window.${it}`) }))}
          />
        </Form.Item>
      </div>
      <div style={algorithm === "last_served" ? undefined : { display: "none" }}>
        <NumberField
          name="last_served_s"
          label={t("queues.last_served")}
          min={60}
          unit="s"
          hint={t("queues.last_served_hint")}
        />
      </div>
      <NumberField
        name="measure_over_s"
        label={t("queues.measure_over")}
        min={60}
        max={86_400}
        unit="s"
        hint={t("queues.measure_over_hint")}
      />
      <NumberField name="aging_s" label={t("queues.aging")} unit="s" hint={t("queues.aging_hint")} />
      <NumberField
        name="offer_timeout_s"
        label={t("queues.offer_timeout")}
        min={3}
        unit="s"
        hint={t("queues.offer_timeout_hint")}
      />
    </>
  );
}

function AlgorithmPicker({ value, onChange }: { value?: string; onChange?: (algorithm: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="algorithm-cards" role="radiogroup" aria-label={t("queues.algorithm")}>
      {ALGORITHMS.map((it) => (
        // biome-ignore lint/a11y/useSemanticElements: a card with a heading and a sentence is no radio input
        <button
          key={it}
          type="button"
          role="radio"
          aria-checked={value === it}
          className="algorithm-card"
          onClick={() => onChange?.(it)}
          data-testid={`algorithm-${it}`}
        >
          <strong>{t(`rule.${it}`)}</strong>
          <p>{t(`algorithm_hint.${it}`)}</p>
        </button>
      ))}
    </div>
  );
}
