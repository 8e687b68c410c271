import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { useFaultText } from "../api/errors";
import type { MusicRecord, QueueRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { PlayButton } from "../ui/PlayButton";
import { formatDuration } from "../ui/time";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { SoundUpload } from "./SoundUpload";
import { useList } from "./useList";
import "./admin.css";

/** Music of one's own for those who wait. */
export function MusicPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queues = useList<QueueRecord>("/api/queues");
  const queueName = (id: string) => name(queues.find((it) => it.id === id)?.name, id);
  return (
    <ResourcePage<MusicRecord>
      path="/api/music"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.music")}
      hint={t("music.hint")}
      newLabel={t("music.new")}
      drawerWidth={560}
      columns={[
        {
          title: t("field.name"),
          key: "id",
          sorter: true,
          render: (_, it) => (
            <>
              <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
            </>
          ),
        },
        {
          title: t("prompts.sound"),
          key: "seconds",
          sorter: true,
          render: (_, it) => <Sound music={it} />,
        },
        {
          title: t("music.used_by"),
          render: (_, it) => it.used_by.map(queueName).join(", ") || <span className="faint">{t("music.unused")}</span>,
        },
      ]}
      form={(isNew) => (
        <>
          <IdField isNew={isNew} />
          <LocalizedField name="name" label={t("field.name")} />
        </>
      )}
    />
  );
}

/** What was uploaded, and the button to put something else in its place. */
function Sound({ music }: { music: MusicRecord }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const text = useFaultText();
  const queries = useQueryClient();
  const path = `/api/music/${encodeURIComponent(music.id)}`;
  const change = async (action: () => Promise<unknown>) => {
    try {
      await action();
      void queries.invalidateQueries({ queryKey: ["/api/music"] });
      void message.success(t("common.saved"));
    } catch (error) {
      void message.error(text(error));
    }
  };
  return (
    <span className="row">
      {music.uploaded_at ? (
        <>
          <PlayButton
            source={`${path}/audio?v=${encodeURIComponent(music.uploaded_at)}`}
            label={t("music.play")}
            stopLabel={t("prompts.stop")}
            failed={() => void message.error(t("prompts.unplayable"))}
          />
          <span className="num">{formatDuration(music.seconds * 1000)}</span>
        </>
      ) : (
        <span className="faint">{t("music.nothing")}</span>
      )}
      <SoundUpload path={`${path}/recording`} label={t("prompts.upload")} change={change} />
    </span>
  );
}
