import { Form, Input, Segmented, Switch, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { TrunkGroupRecord } from "../api/rules";
import type { TrunkRecord } from "../api/types";
import { useLink } from "../link/store";
import { useFormat } from "../ui/format";
import { IdField, NumberField, SelectField, TextField, WordsField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { TrunkGroups } from "./TrunkGroups";
import { useList } from "./useList";
import "./admin.css";

export function TrunksPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const live = useLink((state) => state.view?.trunks);
  const groups = useList<TrunkGroupRecord>("/api/trunk-groups");
  return (
    <div className="stack-pages">
      <ResourcePage<TrunkRecord>
        path="/api/trunks"
        idOf={(it) => it.id}
        nameOf={(it) => it.id}
        title={t("menu.trunks")}
        hint={t("trunks.hint")}
        newLabel={t("trunks.new")}
        blank={{
          host: "",
          port: 5060,
          transport: "udp",
          match: [],
          username: "",
          register: false,
          codecs: ["alaw", "ulaw"],
          max_channels: 0,
          caller_number: "",
        }}
        toValues={(it) => ({ ...it, password: undefined })}
        fromValues={({ password, ...rest }) => ({
          ...rest,
          group: rest.group ?? null,
          ...(password ? { password } : {}),
        })}
        findingKind="trunk"
        columns={[
          { title: t("field.id"), key: "id", sorter: true, render: (_, it) => <strong>{it.id}</strong> },
          {
            title: t("trunks.host"),
            key: "host",
            sorter: true,
            render: (_, it) =>
              it.host ? (
                <span className="num">
                  {it.host}:{it.port} <span className="faint">{it.transport.toUpperCase()}</span>
                </span>
              ) : (
                <span className="faint">–</span>
              ),
          },
          {
            title: t("trunks.match"),
            render: (_, it) => (
              <span className="tags num">
                {it.match.map((address) => (
                  <Tag key={address}>{address}</Tag>
                ))}
              </span>
            ),
          },
          {
            title: t("trunks.group"),
            render: (_, it) => (it.group ? name(groups.find((group) => group.id === it.group)?.name, it.group) : "–"),
          },
          { title: t("trunks.codecs"), render: (_, it) => it.codecs.join(", ") },
          {
            title: t("trunks.calls"),
            align: "right",
            render: (_, it) => (
              <span className="num">
                {live?.[it.id]?.calls ?? 0}
                {it.max_channels ? ` / ${it.max_channels}` : ""}
              </span>
            ),
          },
        ]}
        form={(isNew) => (
          <>
            <IdField isNew={isNew} />
            <SelectField
              name="group"
              label={t("trunks.group")}
              options={groups.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
            />
            <WordsField name="match" label={t("trunks.match")} hint={t("trunks.match_hint")} />
            <TextField name="host" label={t("trunks.host")} hint={t("trunks.host_hint")} />
            <NumberField name="port" label={t("trunks.port")} min={1} max={65535} />
            <Form.Item name="transport" label={t("trunks.transport")}>
              <Segmented
                options={[
                  { value: "udp", label: "UDP" },
                  { value: "tcp", label: "TCP" },
                ]}
              />
            </Form.Item>
            <TextField name="username" label={t("trunks.username")} />
            <Form.Item name="password" label={t("auth.password")} extra={isNew ? undefined : t("trunks.password_hint")}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            <Form.Item name="register" label={t("trunks.register")} valuePropName="checked">
              <Switch />
            </Form.Item>
            <WordsField name="codecs" label={t("trunks.codecs")} />
            <NumberField name="max_channels" label={t("trunks.max_channels")} hint={t("trunks.max_channels_hint")} />
            <TextField name="caller_number" label={t("trunks.caller_number")} hint={t("trunks.caller_number_hint")} />
          </>
        )}
      />
      <div className="page">
        <TrunkGroups />
      </div>
    </div>
  );
}
