import { Form, Input, InputNumber, Modal, Segmented, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import { MEASURES, TILE_KINDS, type Tile } from "../api/boards";
import type { SkillRecord } from "../api/rules";
import { useLink } from "../link/store";
import { useFormat } from "../ui/format";
import { useFocusBack } from "../ui/useFocusBack";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { isShare, isWait } from "./measures";

const MEASURED = ["number", "gauge", "trend"];

/** What a tile shows, of whom, how wide, and from where on it is coloured. */
export function TileEditor({ tile, save, close }: { tile: Tile; save: (tile: Tile) => void; close: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const { name } = useFormat();
  const queueName = useQueueName();
  const queues = useQueues().data ?? [];
  const skills = useList<SkillRecord>("/api/skills");
  const trunks = useLink((state) => state.view?.trunks) ?? {};
  const id = useId();
  const [form] = Form.useForm<Tile>();
  const kind = Form.useWatch("kind", form) ?? tile.kind;
  const by = Form.useWatch("by", form) ?? tile.by;
  const measure = Form.useWatch("measure", form) ?? tile.measure;
  const ofAgents = kind === "agents" || kind === "states";
  const unit = isShare(measure) ? "%" : isWait(measure) ? t("unit.s") : undefined;
  const figure = t(`wall.measure.${measure}`);
  const measured = kind === "trend" ? t("wall.trend_of", { figure }) : figure;
  const untitled = MEASURED.includes(kind) ? measured : t(`wall.kind.${kind}`);
  const whose =
    kind === "trunks"
      ? Object.keys(trunks).map((it) => ({ value: it, label: it }))
      : ofAgents && by === "skill"
        ? skills.map((it) => ({ value: it.id, label: name(it.name, it.id) }))
        : queues.map((it) => ({ value: it.id, label: queueName(it.id) }));
  return (
    <Modal
      open
      title={t("wall.tile")}
      okText={t("common.apply")}
      onCancel={close}
      // the form's own button, so that Enter in a field applies as well
      okButtonProps={{ htmlType: "submit", form: id, "data-testid": "tile-save" }}
    >
      <Form<Tile>
        id={id}
        form={form}
        layout="vertical"
        initialValues={tile}
        onFinish={(values) => save({ ...tile, ...values, title: values.title ?? "", of: values.of ?? [] })}
      >
        <Form.Item name="kind" label={t("wall.shows")}>
          <Select
            options={TILE_KINDS.map((it) => ({ value: it, label: t(`wall.kind.${it}`) }))}
            data-testid="tile-kind"
          />
        </Form.Item>
        <Form.Item name="measure" label={t("wall.figure")} hidden={!MEASURED.includes(kind)}>
          <Select options={MEASURES.map((it) => ({ value: it, label: t(`wall.measure.${it}`) }))} />
        </Form.Item>
        <Form.Item name="by" label={t("wall.by")} hidden={!ofAgents}>
          <Segmented
            options={[
              { value: "queue", label: t("wall.by_queue") },
              { value: "skill", label: t("wall.by_skill") },
            ]}
          />
        </Form.Item>
        <Form.Item name="of" label={t("wall.of")} extra={t("wall.of_hint")}>
          <Select mode="multiple" options={whose} data-testid="tile-of" />
        </Form.Item>
        <Form.Item name="title" label={t("wall.title")}>
          <Input maxLength={120} placeholder={untitled} />
        </Form.Item>
        <Form.Item name="width" label={t("wall.width")}>
          <Segmented options={[1, 2, 3, 4]} />
        </Form.Item>
        <div className="row" style={MEASURED.includes(kind) ? undefined : { display: "none" }}>
          <Form.Item name="warn" label={t("wall.warn")} style={{ flex: 1 }}>
            <InputNumber suffix={unit} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="alarm" label={t("wall.alarm")} style={{ flex: 1 }}>
            <InputNumber suffix={unit} style={{ width: "100%" }} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  );
}
