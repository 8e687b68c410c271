import { DeleteOutlined, UploadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Tag, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useErrorText } from "../api/errors";
import type { PromptRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { useFormat } from "../ui/format";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import "./admin.css";

const LARGEST = 10 * 1024 * 1024;

export function PromptsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  return (
    <ResourcePage<PromptRecord>
      path="/api/prompts"
      idOf={(it) => it.id}
      nameOf={(it) => it.id}
      title={t("menu.prompts")}
      hint={t("prompts.hint")}
      newLabel={t("prompts.new")}
      drawerWidth={560}
      columns={[
        { title: t("field.id"), render: (_, it) => <strong>{it.id}</strong> },
        {
          title: t("prompts.text"),
          render: (_, it) => <div style={{ maxWidth: 460, whiteSpace: "normal" }}>{name(it.text)}</div>,
        },
        {
          title: t("prompts.sound"),
          render: (_, it) => (
            <div className="prompt-sounds">
              {LANGUAGES.map((language) => (
                <Sound key={language.id} prompt={it} language={language.id} label={language.name} />
              ))}
            </div>
          ),
        },
      ]}
      form={(isNew) => (
        <>
          <IdField isNew={isNew} />
          <LocalizedField name="text" label={t("prompts.text")} area />
        </>
      )}
    />
  );
}

/** What is heard in one language: the uploaded recording, or else the text spoken. */
function Sound({ prompt, language, label }: { prompt: PromptRecord; language: string; label: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const text = useErrorText();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(0);
  const path = `/api/prompts/${encodeURIComponent(prompt.id)}`;
  const uploaded = prompt.files[language] === true;

  const change = async (action: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await action();
      setVersion(version + 1);
      void queries.invalidateQueries({ queryKey: ["/api/prompts"] });
      void message.success(t("common.saved"));
    } catch (error) {
      void message.error(text(error));
    } finally {
      setBusy(false);
    }
  };
  const upload = (file: File) => {
    if (file.size > LARGEST) void message.error(t("prompts.too_large"));
    else {
      const body = new FormData();
      body.append("file", file);
      void change(() => api(`${path}/recording/${language}`, { method: "PUT", body }));
    }
    return false;
  };

  return (
    <div className="prompt-sound">
      <span className="small muted">{label}</span>
      <audio controls preload="none" src={`${path}/audio/${language}?v=${version}`} />
      {uploaded && <Tag color="blue">{t("prompts.recorded")}</Tag>}
      <Upload accept=".wav,.mp3,audio/wav,audio/mpeg" showUploadList={false} beforeUpload={upload}>
        <Button
          size="small"
          icon={<UploadOutlined />}
          loading={busy}
          aria-label={t("prompts.upload")}
          title={t("prompts.upload")}
        />
      </Upload>
      {uploaded && (
        <Button
          size="small"
          danger
          icon={<DeleteOutlined />}
          aria-label={t("prompts.remove")}
          title={t("prompts.remove")}
          onClick={() => void change(() => api(`${path}/recording/${language}`, { method: "DELETE" }))}
        />
      )}
    </div>
  );
}
