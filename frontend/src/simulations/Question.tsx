import { Alert, Button, DatePicker, Form, InputNumber, Radio, Select, Tag, TimePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ApiError } from "../api/client";
import type { QueueRecord } from "../api/types";
import { useQueueName } from "../ui/useQueueName";
import { type LoadForm, type QuestionForm, questionOf } from "./question";

interface Fields {
  traffic: "past" | "drawn";
  date: Dayjs;
  loads: LoadForm[];
  staff: "past" | "members";
  hours: [Dayjs, Dayjs];
  seed: number;
}

const hour = (moment: Dayjs): number => moment.hour() + moment.minute() / 60;

export function Question({
  queues,
  planned,
  drop,
  ask,
  busy,
  problem,
}: {
  queues: QueueRecord[];
  planned: QueueRecord[];
  drop: (queue: string) => void;
  ask: (question: unknown) => void;
  busy: boolean;
  problem: ApiError | null;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const traffic = Form.useWatch("traffic", form);
  const staff = Form.useWatch("staff", form);
  const queueName = useQueueName();
  const first = planned[0]?.id ?? queues[0]?.id ?? "";
  const submit = ({ date, hours, ...rest }: Fields) => {
    const asked: QuestionForm = {
      ...rest,
      date: date.format("YYYY-MM-DD"),
      start: hour(hours[0]),
      end: hour(hours[1]),
    };
    ask(questionOf(asked, planned));
  };
  return (
    <Form
      form={form}
      layout="vertical"
      onFinish={submit}
      initialValues={{
        traffic: "drawn",
        date: dayjs().subtract(1, "day"),
        loads: [{ queue: first, calls: 300, talk_s: 180, patience_s: 120 }],
        staff: "members",
        hours: [dayjs().hour(9).minute(0), dayjs().hour(18).minute(0)],
        seed: 1,
      }}
    >
      {problem && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 16 }}
          title={problem.message || problem.code}
          description={Object.values(problem.fields).flat().join(" ")}
        />
      )}
      <Form.Item label={t("simulation.plan")} extra={planned.length === 0 ? undefined : t("simulation.plan_hint")}>
        {planned.length === 0 ? (
          <p className="simulation-plan">
            {t("simulation.no_plan")} <Link to="/admin/queues">{t("menu.queues")}</Link>
          </p>
        ) : (
          planned.map((queue) => (
            <Tag key={queue.id} closable onClose={() => drop(queue.id)} data-testid={`planned-${queue.id}`}>
              {queueName(queue.id, queue.name)}
            </Tag>
          ))
        )}
      </Form.Item>
      <Form.Item name="traffic" label={t("simulation.calls")}>
        <Radio.Group
          optionType="button"
          options={[
            { value: "drawn", label: t("simulation.calls_drawn") },
            { value: "past", label: t("simulation.calls_past") },
          ]}
        />
      </Form.Item>
      {traffic === "drawn" && (
        <Loads names={queues.map((it) => ({ value: it.id, label: queueName(it.id, it.name) }))} />
      )}
      <Form.Item name="staff" label={t("simulation.staff")}>
        <Radio.Group
          optionType="button"
          options={[
            { value: "members", label: t("simulation.staff_members") },
            { value: "past", label: t("simulation.staff_past") },
          ]}
        />
      </Form.Item>
      <Form.Item name="hours" label={t("simulation.hours")} hidden={staff === "past"}>
        <TimePicker.RangePicker format="HH:mm" minuteStep={15} order allowClear={false} />
      </Form.Item>
      <Form.Item name="date" label={t("simulation.day")} hidden={traffic !== "past" && staff !== "past"}>
        <DatePicker allowClear={false} disabledDate={(day) => day.isAfter(dayjs())} />
      </Form.Item>
      <Form.Item name="seed" label={t("simulation.seed")} extra={t("simulation.seed_hint")}>
        <InputNumber min={0} max={2 ** 31 - 1} precision={0} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} disabled={!first} data-testid="simulate">
        {t("simulation.ask")}
      </Button>
    </Form>
  );
}

function Loads({ names }: { names: { value: string; label: string }[] }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t("common.needed") }];
  return (
    <Form.List name="loads">
      {(rows, { add, remove }) => (
        <div className="simulation-loads">
          {rows.map(({ key, name }) => (
            <div key={key} className="simulation-load">
              <Form.Item name={[name, "queue"]} label={t("field.queue")} rules={needed}>
                <Select options={names} />
              </Form.Item>
              <Form.Item name={[name, "calls"]} label={t("simulation.calls_a_day")} rules={needed}>
                <InputNumber min={1} max={20_000} precision={0} />
              </Form.Item>
              <Form.Item name={[name, "talk_s"]} label={t("simulation.talk")} rules={needed}>
                <InputNumber min={1} max={7200} precision={0} suffix={t("common.seconds")} />
              </Form.Item>
              <Form.Item name={[name, "patience_s"]} label={t("simulation.patience")}>
                <InputNumber min={1} max={7200} precision={0} suffix={t("common.seconds")} placeholder="∞" />
              </Form.Item>
              {rows.length > 1 && (
                <Button type="text" size="small" onClick={() => remove(name)}>
                  {t("common.delete")}
                </Button>
              )}
            </div>
          ))}
          <Button
            type="dashed"
            size="small"
            onClick={() =>
              add({ queue: names[rows.length % names.length]?.value, calls: 300, talk_s: 180, patience_s: 120 })
            }
          >
            {t("simulation.add_queue")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
