import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { SESSION_KEY, useSession } from "../api/session";
import type { Person, ThemeChoice } from "../api/types";
import { LANGUAGES } from "../i18n";
import { type Command, keysOf, resetShortcuts, setShortcut, useShortcutKeys } from "../softphone/shortcuts";
import { useCommands } from "../softphone/useCommands";
import { PageHead } from "../ui/PageHead";
import { useAsk } from "../ui/useAsk";
import "./settings.css";

export function SettingsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const queries = useQueryClient();
  const { run } = useAsk();
  const person = session?.person;
  if (!session || !person) return null;
  const change = (part: Partial<Pick<Person, "language" | "theme">>) =>
    void run("me", async () => {
      const next = await api<Person>("/api/me", { method: "PATCH", body: part });
      queries.setQueryData(SESSION_KEY, { ...session, person: { ...person, ...next } });
    });
  return (
    <div className="page settings">
      <PageHead title={t("menu.settings")} />
      <div className="stack">
        <section className="panel">
          <div className="panel-head">
            <h2>{t("settings.look")}</h2>
          </div>
          <div className="panel-body settings-rows">
            <span>{t("settings.language")}</span>
            <Segmented
              value={person.language}
              onChange={(language) => change({ language })}
              options={LANGUAGES.map((it) => ({ value: it.id, label: it.name }))}
            />
            <span>{t("settings.theme")}</span>
            <Segmented<ThemeChoice>
              value={person.theme}
              onChange={(theme) => change({ theme })}
              options={(["light", "dark", "system"] as const).map((it) => ({
                value: it,
                label: <span data-testid={`theme-${it}`}>{t(`settings.theme_${it}`)}</span>,
              }))}
            />
          </div>
        </section>
        {person.agent && <Shortcuts />}
        <Password />
      </div>
    </div>
  );
}

function Shortcuts() {
  const { t } = useTranslation();
  const keys = useShortcutKeys();
  const commands = useCommands();
  const { message } = App.useApp();
  const choose = (command: Command, pressed: string) => {
    const holder = setShortcut(command, pressed);
    if (!holder) return;
    const taken = { keys: pressed, command: t(`shortcut.${holder}`) };
    void message.warning(t("settings.shortcut_taken", taken));
  };
  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="grow">{t("settings.shortcuts")}</h2>
        <Button type="link" onClick={resetShortcuts}>
          {t("settings.shortcuts_reset")}
        </Button>
      </div>
      <div className="panel-body settings-rows">
        {commands.map((command) => (
          <div key={command} style={{ display: "contents" }}>
            <label htmlFor={`shortcut-${command}`}>{t(`shortcut.${command}`)}</label>
            <Input
              id={`shortcut-${command}`}
              readOnly
              style={{ width: 180 }}
              value={keys[command]}
              data-testid={`shortcut-${command}`}
              onKeyDown={(event) => {
                const pressed = keysOf(event.nativeEvent);
                if (!pressed) return;
                event.preventDefault();
                event.stopPropagation();
                choose(command, pressed);
              }}
            />
          </div>
        ))}
      </div>
      <p className="panel-body small faint" style={{ paddingTop: 0 }}>
        {t("settings.shortcuts_hint")}
      </p>
    </section>
  );
}

function Password() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { run, busy } = useAsk();
  const [form] = Form.useForm<{ old: string; new: string; again: string }>();
  const [done, setDone] = useState(0);
  const save = async (fields: { old: string; new: string }) => {
    const worked = await run("password", () =>
      api("/api/auth/password", { method: "POST", body: { old: fields.old, new: fields.new } }),
    );
    if (!worked) return;
    form.resetFields();
    setDone(done + 1);
    void message.success(t("settings.password_changed"));
  };
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("settings.password")}</h2>
      </div>
      <Form
        key={done}
        form={form}
        layout="vertical"
        className="panel-body"
        style={{ maxWidth: 380 }}
        onFinish={(it) => void save(it)}
      >
        <Form.Item
          name="old"
          label={t("settings.password_old")}
          rules={[{ required: true, message: t("common.needed") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="new"
          label={t("settings.password_new")}
          rules={[{ required: true, min: 8, message: t("settings.password_short") }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("settings.password_again")}
          dependencies={["new"]}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("new")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("settings.password_differs"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy === "password"} data-testid="password-change">
          {t("settings.password_change")}
        </Button>
      </Form>
    </section>
  );
}
