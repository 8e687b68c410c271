import { DeleteOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useFaultText } from "../api/errors";
import type { PromptRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { PlayButton } from "../ui/PlayButton";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage, RowButton } from "./ResourcePage";
import { SoundUpload } from "./SoundUpload";
import "./admin.css";

export function PromptsPage() {
  const { t } = useTranslation();
  return (
    <ResourcePage<PromptRecord>
      path="/api/prompts"
      idOf={(it) => it.id}
      nameOf={(it) => it.id}
      title={t("menu.prompts")}
      hint={t("prompts.hint")}
      newLabel={t("prompts.new")}
      searchHint={t("prompts.search")}
      drawerWidth={560}
      columns={[
        {
          title: t("field.id"),
          key: "id",
          sorter: true,
          width: 200,
          render: (_, it) => <strong>{it.id}</strong>,
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
  const { message, modal } = App.useApp();
  const text = useFaultText();
  const queries = useQueryClient();
  const [version, setVersion] = useState(0);
  const path = `/api/prompts/${encodeURIComponent(prompt.id)}`;
  const uploaded = prompt.files[language] === true;

  const change = async (action: () => Promise<unknown>) => {
    try {
      await action();
      setVersion(version + 1);
      void queries.invalidateQueries({ queryKey: ["/api/prompts"] });
      void message.success(t("common.saved"));
    } catch (error) {
      void message.error(text(error));
    }
  };
  const askRemove = () =>
    modal.confirm({
      title: t("prompts.remove_question", { language: label }),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: () => change(() => api(`${path}/recording/${language}`, { method: "DELETE" })),
    });

  return (
    <div className="prompt-sound">
      <PlayButton
        source={`${path}/audio/${language}?v=${version}`}
        label={t("prompts.play", { language: label })}
        stopLabel={t("prompts.stop")}
        failed={() => void message.error(t("prompts.unplayable"))}
      />
      <span className="small muted prompt-language">{label}</span>
      <span className="prompt-text">{prompt.text[language] || <span className="faint">–</span>}</span>
      {uploaded ? (
        <Tag color="blue">{t("prompts.recorded")}</Tag>
      ) : (
        <span className="small faint">{t("prompts.spoken")}</span>
      )}
      <span className="nowrap prompt-buttons">
        <SoundUpload path={`${path}/recording/${language}`} label={t("prompts.upload")} change={change} />
        {uploaded && <RowButton danger icon={<DeleteOutlined />} label={t("prompts.remove")} onClick={askRemove} />}
      </span>
    </div>
  );
}
