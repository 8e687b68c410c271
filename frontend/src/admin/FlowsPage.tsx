import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { asItems } from "../api/items";
import type { FlowNode, FlowRecord, Page, PromptRecord } from "../api/types";
import { dataSummary, summary } from "../rules/conditions";
import { targetSummary } from "../rules/targets";
import { useRuleWords } from "../rules/useRuleWords";
import { useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { layOut } from "./graph";
import { useList } from "./useList";
import "./admin.css";

/** The published flows, to look at. */
export function FlowsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useQuery({
    queryKey: ["/api/flows"],
    queryFn: async () => asItems(await api<Page<FlowRecord> | FlowRecord[]>("/api/flows?page_size=500")),
  });
  const id = chosen ?? list.data?.[0]?.id;
  const detail = useQuery({
    queryKey: ["/api/flows", id],
    queryFn: () => api<FlowRecord>(`/api/flows/${encodeURIComponent(id ?? "")}`),
    enabled: Boolean(id),
  });
  return (
    <div className="page">
      <PageHead title={t("menu.flows")} hint={t("flows.hint")} />
      <QueryView query={list}>
        {(flows) =>
          flows.length === 0 ? (
            <Nothing text={t("common.nothing_yet")} />
          ) : (
            <div className="flow-split">
              <ul className="panel flow-list">
                {flows.map((it) => (
                  <li key={it.id}>
                    <button type="button" aria-pressed={it.id === id} onClick={() => setChosen(it.id)}>
                      <strong>{name(it.name, it.id)}</strong>
                      <div className="small faint">
                        {it.id} · {t("flows.version", { count: it.version })}
                      </div>
                    </button>
                  </li>
                ))}
              </ul>
              <section className="panel">
                <QueryView query={detail}>{(flow) => <Graph flow={flow} />}</QueryView>
              </section>
            </div>
          )
        }
      </QueryView>
    </div>
  );
}

const WIDTH = 188;
const HEIGHT = 62;
const ACROSS = 252;
const DOWN = 92;
/** To what a flow wider than its panel is made smaller, before one has to scroll. */
const SMALLEST = 0.8;

function Graph({ flow }: { flow: FlowRecord }) {
  const { t } = useTranslation();
  const prompts = useList<PromptRecord>("/api/prompts");
  const { name } = useFormat();
  const words = useRuleWords();
  const { placed, edges } = layOut(flow.start, flow.nodes);
  const at = new Map(placed.map((it) => [it.id, { x: it.column * ACROSS, y: it.row * DOWN }]));
  const width = (Math.max(...placed.map((it) => it.column)) + 1) * ACROSS;
  const height = (Math.max(...placed.map((it) => it.row)) + 1) * DOWN + 40;
  const about = (node: FlowNode): string => {
    const say = node.say;
    if (node.cases) return node.cases.map((it, at) => `${at + 1}: ${summary(it.when, words)}`).join("\n");
    if (node.target) return targetSummary(node.target, words);
    if (node.data) return dataSummary(node.data, words);
    if (node.queue) return words.named("queue", node.queue);
    if (node.number) return node.number;
    if (node.device) return node.device;
    if (node.language)
      return node.language === "other"
        ? t("flows.other_language")
        : t(`language.${node.language}`, { defaultValue: node.language });
    return say ? name(say.text ?? prompts.find((it) => it.id === say.prompt)?.text, say.prompt ?? "") : "";
  };
  return (
    <div className="flow-graph" data-testid="flow-graph">
      <svg
        width={width}
        viewBox={`0 0 ${width} ${height}`}
        style={{ minWidth: width * SMALLEST }}
        role="img"
        aria-label={name(flow.name, flow.id)}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0 8 4 0 8z" style={{ fill: "var(--off)", stroke: "none" }} />
          </marker>
        </defs>
        {edges.map((edge) => {
          const from = at.get(edge.from)!;
          const to = at.get(edge.to)!;
          const { curve, label: place } = edgeShape(from, to);
          const label = edge.port === "otherwise" || edge.port === "failed" ? t(`port.${edge.port}`) : edge.port;
          return (
            <g key={`${edge.from} ${edge.port} ${edge.to}`}>
              <path d={curve} markerEnd="url(#arrow)" />
              {label && (
                <text className="flow-port" textAnchor="middle" x={place.x} y={place.y}>
                  {label}
                </text>
              )}
            </g>
          );
        })}
        {placed.map((it) => {
          const { x, y } = at.get(it.id)!;
          return (
            <g
              key={it.id}
              transform={`translate(${x + 1} ${y + 1})`}
              className={it.id === flow.start ? "flow-start" : ""}
            >
              <rect width={WIDTH - 2} height={HEIGHT - 2} rx="10" />
              <foreignObject width={WIDTH - 2} height={HEIGHT - 2}>
                <div style={{ padding: "8px 12px" }} title={about(it.node)}>
                  <strong className="ellipsis" style={{ display: "block" }}>
                    {t(`node.${it.node.type}`, { defaultValue: it.node.type })}
                  </strong>
                  <div className="small muted ellipsis">{about(it.node) || it.id}</div>
                </div>
              </foreignObject>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

interface Point {
  x: number;
  y: number;
}

/** From side to side forwards; bulging out on the right within a column; underneath going back. */
function edgeShape(from: Point, to: Point): { curve: string; label: Point } {
  const start = { x: from.x + WIDTH, y: from.y + HEIGHT / 2 };
  const middle = to.y + HEIGHT / 2;
  if (to.x > from.x)
    return {
      curve: `M${start.x} ${start.y} C${start.x + 44} ${start.y} ${to.x - 52} ${middle} ${to.x - 2} ${middle}`,
      label: { x: to.x - 28, y: middle - 6 },
    };
  if (to.x === from.x) {
    const out = start.x + 34 + Math.abs(to.y - from.y) / 8;
    return {
      curve: `M${start.x} ${start.y} C${out} ${start.y} ${out} ${middle} ${start.x + 2} ${middle}`,
      label: { x: start.x + 30, y: (start.y + middle) / 2 },
    };
  }
  const below = Math.max(from.y, to.y) + HEIGHT + 26;
  const left = from.x + WIDTH / 2;
  const right = to.x + WIDTH / 2;
  return {
    curve: `M${left} ${from.y + HEIGHT} C${left} ${below} ${right} ${below + 30} ${right} ${to.y + HEIGHT + 2}`,
    label: { x: (left + right) / 2, y: below },
  };
}
