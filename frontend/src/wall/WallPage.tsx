import {
  ArrowLeftOutlined,
  ArrowRightOutlined,
  CloseOutlined,
  EditOutlined,
  FullscreenExitOutlined,
  FullscreenOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import { useUnsavedGuard } from "../admin/useUnsavedGuard";
import type { BoardRecord, Tile } from "../api/boards";
import { api } from "../api/client";
import { asItems } from "../api/items";
import type { SkillRecord } from "../api/rules";
import type { Page } from "../api/types";
import { useLink } from "../link/store";
import { AgentDrawer } from "../supervise/AgentDrawer";
import { CallDrawer } from "../supervise/CallDrawer";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { useAsk } from "../ui/useAsk";
import { useQueueName } from "../ui/useQueueName";
import { moved } from "./measures";
import { TileEditor } from "./TileEditor";
import { TileView } from "./TileView";
import { useFullScreen } from "./useFullScreen";
import { useTrend } from "./useTrend";
import "./wall.css";

const tile = (kind: Tile["kind"], more: Partial<Tile> = {}): Tile => ({
  kind,
  measure: "waiting",
  by: "queue",
  of: [],
  title: "",
  width: 1,
  warn: null,
  alarm: null,
  ...more,
});

/** What a new board begins with. */
const FIRST: Tile[] = [
  tile("number", { measure: "waiting", warn: 5, alarm: 10 }),
  tile("number", { measure: "longest_wait", warn: 30, alarm: 60 }),
  tile("number", { measure: "ready", warn: 2, alarm: 0 }),
  tile("gauge", { measure: "service_level_today", warn: 80, alarm: 60 }),
  tile("queues", { width: 2 }),
  tile("states", { width: 2 }),
  tile("calls", { width: 2 }),
  tile("agents", { width: 2 }),
  tile("trend", { measure: "waiting", width: 2 }),
  tile("trunks", { width: 2 }),
];

const PATH = "/api/boards";

/** Wallboards for a large screen: each person's own, arranged as they like. */
export function WallPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: [PATH],
    queryFn: async () => asItems(await api<Page<BoardRecord>>(`${PATH}?page_size=100`)),
  });
  return (
    <QueryView query={query} skeleton={<Skeleton active className="page" />}>
      {(boards) => <Wall boards={boards} key={boards.length === 0 ? t("wall.first") : "wall"} />}
    </QueryView>
  );
}

const CHOSEN = "callbase.wall";

/** A board as it is being arranged; `id` is null for one that is not there yet. */
interface Draft {
  id: string | null;
  name: string;
  tiles: Tile[];
}

function Wall({ boards }: { boards: BoardRecord[] }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { busy, run } = useAsk();
  const queries = useQueryClient();
  const [id, setId] = useState(localStorage.getItem(CHOSEN));
  const board = boards.find((it) => it.id === id) ?? boards[0];
  const [draft, setDraft] = useState<Draft | null>(null);
  const tiles = draft?.tiles ?? board?.tiles ?? FIRST;
  const full = useFullScreen();
  useUnsavedGuard(draft !== null);

  const choose = (chosen: string) => {
    localStorage.setItem(CHOSEN, chosen);
    setId(chosen);
  };
  const keep = ({ id, ...body }: Draft) =>
    run("save", async () => {
      const saved = await api<BoardRecord>(id ? `${PATH}/${id}` : PATH, {
        method: id ? "PATCH" : "POST",
        body: id ? body : { ...body, position: boards.length },
      });
      await queries.invalidateQueries({ queryKey: [PATH] });
      choose(saved.id);
      setDraft(null);
    });
  const remove = () =>
    board &&
    modal.confirm({
      title: t("wall.delete_question"),
      content: board.name,
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      onOk: () =>
        run("delete", async () => {
          await api(`${PATH}/${board.id}`, { method: "DELETE" });
          await queries.invalidateQueries({ queryKey: [PATH] });
          setDraft(null);
        }),
    });
  return (
    <div className={full ? "wall wall-full" : "page wall"} data-testid="wall">
      <PageHead title={full ? (board?.name ?? t("menu.wall")) : t("menu.wall")}>
        {draft ? (
          <>
            <Input
              style={{ width: 200 }}
              value={draft.name}
              autoFocus={draft.id === null}
              maxLength={120}
              placeholder={t("wall.name_asked")}
              aria-label={t("field.name")}
              data-testid="wall-name"
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
            {draft.id !== null && (
              <Button danger onClick={remove} data-testid="wall-delete">
                {t("common.delete")}
              </Button>
            )}
            <Button onClick={() => setDraft(null)}>{t("common.cancel")}</Button>
            <Button
              type="primary"
              loading={busy === "save"}
              disabled={!draft.name.trim()}
              onClick={() => void keep(draft)}
              data-testid="wall-save"
            >
              {t("common.save")}
            </Button>
          </>
        ) : (
          !full && (
            <>
              {boards.length > 0 && (
                <Select
                  style={{ minWidth: 180 }}
                  value={board?.id}
                  onChange={choose}
                  options={boards.map((it) => ({ value: it.id, label: it.name }))}
                  data-testid="wall-choose"
                />
              )}
              <Button
                icon={<PlusOutlined />}
                onClick={() => setDraft({ id: null, name: "", tiles: FIRST })}
                data-testid="wall-add"
              >
                {t("wall.new")}
              </Button>
              <Button
                icon={<EditOutlined />}
                onClick={() => setDraft({ id: board?.id ?? null, name: board?.name ?? "", tiles })}
                data-testid="wall-edit"
              >
                {t("wall.arrange")}
              </Button>
            </>
          )
        )}
        <Button
          icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
          aria-label={full ? t("wall.not_full") : t("wall.full")}
          onClick={() => void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen())}
          data-testid="wall-full"
        />
      </PageHead>
      <Tiles tiles={tiles} change={draft && ((next) => setDraft({ ...draft, tiles: next }))} />
    </div>
  );
}

function Tiles({ tiles, change }: { tiles: Tile[]; change: ((tiles: Tile[]) => void) | null }) {
  const { t } = useTranslation();
  const view = useLink((state) => state.view);
  const skills = useList<SkillRecord>("/api/skills");
  const trend = useTrend(tiles);
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const [agent, openAgent] = useState<string | null>(null);
  const [call, openCall] = useState<string | null>(null);
  if (!view) return <Skeleton active paragraph={{ rows: 8 }} />;
  const live = { view, skills, trend, openAgent, openCall };
  return (
    <>
      <div className="wall-grid">
        {tiles.map((it, at) => (
          <section
            key={at}
            className={`panel wall-tile wall-of-${it.kind}`}
            style={{ gridColumn: `span ${it.width}` }}
            data-testid={`tile-${at}`}
          >
            <header>
              <h2 className="grow ellipsis">
                <TileTitle tile={it} skills={skills} />
              </h2>
              {change && (
                <span className="nowrap">
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowLeftOutlined />}
                    aria-label={t("wall.left")}
                    onClick={() => change(moved(tiles, at, at - 1))}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowRightOutlined />}
                    aria-label={t("wall.right")}
                    onClick={() => change(moved(tiles, at, at + 1))}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<EditOutlined />}
                    aria-label={t("common.edit")}
                    onClick={() => setEdited(at)}
                    data-testid={`tile-edit-${at}`}
                  />
                  <Button
                    type="text"
                    size="small"
                    danger
                    icon={<CloseOutlined />}
                    aria-label={t("common.delete")}
                    onClick={() => change(tiles.filter((_, other) => other !== at))}
                  />
                </span>
              )}
            </header>
            <TileView tile={it} live={live} />
          </section>
        ))}
        {change && (
          <button type="button" className="wall-add" onClick={() => setEdited("new")} data-testid="tile-add">
            <PlusOutlined /> {t("wall.add_tile")}
          </button>
        )}
      </div>
      {change && edited !== null && (
        <TileEditor
          key={edited}
          tile={(edited === "new" ? undefined : tiles[edited]) ?? tile("number")}
          close={() => setEdited(null)}
          save={(saved) => {
            change(edited === "new" ? [...tiles, saved] : tiles.map((it, at) => (at === edited ? saved : it)));
            setEdited(null);
          }}
        />
      )}
      {agent && <AgentDrawer agent={agent} close={() => openAgent(null)} />}
      {call && <CallDrawer interaction={call} close={() => openCall(null)} />}
    </>
  );
}

/** Its own title, or what it shows and of what. */
function TileTitle({ tile: it, skills }: { tile: Tile; skills: SkillRecord[] }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queueName = useQueueName();
  if (it.title) return it.title;
  const measured = ["number", "gauge", "trend"].includes(it.kind);
  const figure = t(`wall.measure.${it.measure}`);
  const what = it.kind === "trend" ? t("wall.trend_of", { figure }) : measured ? figure : t(`wall.kind.${it.kind}`);
  const ofAgents = it.kind === "agents" || it.kind === "states";
  const nameOf = (id: string) => {
    if (it.kind === "trunks") return id;
    if (!ofAgents || it.by === "queue") return queueName(id);
    return name(skills.find((skill) => skill.id === id)?.name, id);
  };
  const of = it.of.map(nameOf);
  return of.length ? `${what} · ${of.join(", ")}` : what;
}
