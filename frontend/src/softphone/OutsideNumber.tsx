import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, type InputRef, Modal } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFaultText } from "../api/errors";
import * as desk from "./desk";

/** Asks an agent for a number of its own to work at, and moves it there. */
export function OutsideNumber({ open, close, known }: { open: boolean; close: () => void; known: string }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ number: string }>();
  const field = useRef<InputRef>(null);
  const [busy, setBusy] = useState(false);
  const give = async ({ number }: { number: string }) => {
    setBusy(true);
    try {
      await desk.workAt(number);
      close();
    } catch (error) {
      form.setFields([{ name: "number", errors: [fault(error)] }]);
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ["softphone"] });
    }
  };
  return (
    <Modal
      open={open}
      title={t("device.own_number")}
      okText={t("device.work_there")}
      onOk={form.submit}
      onCancel={close}
      afterOpenChange={(opened) => opened && field.current?.focus()}
      confirmLoading={busy}
      okButtonProps={{ "data-testid": "outside-save" }}
      destroyOnHidden
      width={420}
    >
      <Form form={form} layout="vertical" initialValues={{ number: known }} onFinish={give} preserve={false}>
        <Form.Item
          name="number"
          label={t("device.number")}
          extra={t("device.number_hint")}
          rules={[{ required: true, whitespace: true, message: t("common.needed") }]}
        >
          <Input ref={field} type="tel" autoComplete="tel" maxLength={40} data-testid="outside-number" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
