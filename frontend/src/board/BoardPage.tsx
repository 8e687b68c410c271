import { Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLink } from "../link/store";
import { PageHead } from "../ui/PageHead";
import { SearchBox } from "../ui/SearchBox";
import { Agents } from "./Agents";
import { Calls } from "./Calls";
import { Queues } from "./Queues";
import { Totals } from "./Totals";
import "./board.css";

/** The centre, live: queues, who waits, what each agent does. */
export function BoardPage() {
  const { t } = useTranslation();
  const view = useLink((state) => state.view);
  const [search, setSearch] = useState("");
  const [queue, setQueue] = useState<string | null>(null);
  if (!view)
    return (
      <div className="page">
        <PageHead title={t("menu.board")} />
        <Skeleton active paragraph={{ rows: 10 }} />
      </div>
    );
  const queues = Object.values(view.queues);
  const agents = Object.values(view.agents).filter((it) => queue === null || it.queues.includes(queue));
  const interactions = Object.values(view.interactions).filter((it) => queue === null || it.queue === queue);
  return (
    <div className="page stack">
      <PageHead title={t("menu.board")}>
        <SearchBox value={search} search={setSearch} placeholder={t("board.search_agent")} handle="board-search" />
      </PageHead>
      <Totals
        queues={queues.filter((it) => queue === null || it.queue === queue)}
        interactions={interactions}
        agents={agents}
      />
      <Queues queues={queues} chosen={queue} choose={setQueue} />
      <div className="board-split">
        <Agents agents={agents} interactions={view.interactions} search={search} />
        <Calls interactions={interactions} />
      </div>
    </div>
  );
}
