import { ArrowLeftOutlined, ExperimentOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Popconfirm, Progress, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { ApiError, api } from "../api/client";
import { useErrorText } from "../api/errors";
import type { Page, QueueRecord, SimulationRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { Failure, QueryView } from "../ui/QueryView";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { Question } from "./Question";
import { Results } from "./Results";
import "./simulations.css";

const PATH = "/api/simulations";

/** What would the day have been like? Asked on the left, answered on the right, the questions of before below. Comes one from
 * a queue's form, that queue is planned as it is typed there. */
export function SimulationsPage() {
  const { t } = useTranslation();
  const handed = (useLocation().state as { planned?: QueueRecord[] } | null)?.planned;
  const navigate = useNavigate();
  const [planned, setPlanned] = useState<QueueRecord[]>(handed ?? []);
  const [chosen, setChosen] = useState<string>();
  const client = useQueryClient();
  const queues = useQueues();
  const list = useQuery({
    queryKey: [PATH],
    queryFn: () => api<Page<SimulationRecord>>(`${PATH}?page_size=20`),
    refetchInterval: ({ state }) => (state.data?.items.some(underWay) ? 1_000 : false),
  });
  const ask = useMutation({
    mutationFn: (body: unknown) => api<SimulationRecord>(PATH, { method: "POST", body }),
    onSuccess: (made) => {
      setChosen(made.id);
      void client.invalidateQueries({ queryKey: [PATH] });
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => api<void>(`${PATH}/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: [PATH] }),
  });
  return (
    <div className="page">
      <PageHead title={t("menu.simulations")} hint={t("simulation.hint")}>
        {handed && (
          <Button icon={<ArrowLeftOutlined />} onClick={() => navigate(-1)} data-testid="back-to-queue">
            {t("simulation.back")}
          </Button>
        )}
      </PageHead>
      <div className="simulation">
        <section className="panel">
          <div className="panel-head">
            <h2>{t("simulation.question")}</h2>
          </div>
          <div className="panel-body">
            <QueryView query={queues}>
              {(there) => (
                <Question
                  queues={there}
                  planned={planned}
                  drop={(id) => setPlanned(planned.filter((it) => it.id !== id))}
                  ask={(body) => ask.mutate(body)}
                  busy={ask.isPending}
                  problem={ask.error instanceof ApiError ? ask.error : null}
                />
              )}
            </QueryView>
          </div>
        </section>
        <div className="stack">
          <QueryView query={list}>
            {({ items }) => {
              const shown = items.find((it) => it.id === chosen) ?? items[0];
              if (!shown) return <Nothing />;
              return (
                <>
                  <section className="panel" style={{ overflow: "hidden" }} data-testid="simulation-answer">
                    <div className="panel-head">
                      <h2>{t("simulation.answer")}</h2>
                      <Summary simulation={shown} />
                    </div>
                    <Answer simulation={shown} />
                  </section>
                  <section className="panel">
                    <div className="panel-head">
                      <h2>{t("simulation.before")}</h2>
                    </div>
                    <ul className="simulation-list" data-testid="simulation-list">
                      {items.map((it) => (
                        <li key={it.id} className={it.id === shown.id ? "chosen" : undefined}>
                          <button type="button" className="plain" onClick={() => setChosen(it.id)}>
                            <Summary simulation={it} />
                          </button>
                          <Popconfirm title={t("common.delete_question")} onConfirm={() => remove.mutate(it.id)}>
                            <Button size="small" type="text">
                              {t("common.delete")}
                            </Button>
                          </Popconfirm>
                        </li>
                      ))}
                    </ul>
                  </section>
                </>
              );
            }}
          </QueryView>
          {remove.error && <Failure error={remove.error} />}
        </div>
      </div>
    </div>
  );
}

const underWay = (it: SimulationRecord): boolean => it.state === "queued" || it.state === "running";

function Nothing() {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <Empty
        image={<ExperimentOutlined style={{ fontSize: 44, color: "var(--text-3)" }} />}
        styles={{ image: { height: 52 } }}
        description={t("simulation.nothing")}
        style={{ padding: "56px 24px" }}
      />
    </section>
  );
}

function Summary({ simulation: { created_at, question, state } }: { simulation: SimulationRecord }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const queueName = useQueueName();
  const { traffic, queues } = question;
  return (
    <span className="simulation-summary">
      <span className="num faint">{moment(created_at)}</span>
      <span>
        {traffic.kind === "past"
          ? t("simulation.of_day", { date: traffic.date })
          : t("simulation.drawn", {
              count: Math.round(traffic.loads.flatMap((it) => it.calls_per_hour).reduce((sum, it) => sum + it, 0)),
            })}
      </span>
      {queues.map((it) => (
        <Tag key={it.id}>{queueName(it.id, it.name)}</Tag>
      ))}
      {state === "failed" && <Tag color="error">{t("simulation.failed")}</Tag>}
    </span>
  );
}

function Answer({ simulation }: { simulation: SimulationRecord }) {
  const { t } = useTranslation();
  const text = useErrorText();
  if (simulation.state === "failed")
    return <p className="panel-body">{simulation.message || text(new ApiError(0, simulation.error, ""))}</p>;
  if (simulation.result) return <Results result={simulation.result} />;
  return (
    <div className="panel-body" aria-live="polite">
      <Progress percent={Math.round(simulation.progress * 100)} status="active" />
      <p className="faint">{t("simulation.playing")}</p>
    </div>
  );
}
