import type { AgentState, AgentView } from "../link/messages";

/** Whom to call: colleagues, queues, numbers one talked with lately, and what is typed itself where that is a number. */

export type PartyTo =
  | { type: "agent"; agent: string }
  | { type: "queues"; queues: string[] }
  | { type: "number"; number: string };

export interface Candidate {
  key: string;
  name: string;
  detail: string;
  /** Of a colleague. */
  state: AgentState | null;
  /** A colleague who has signed in, but whose telephone is away. */
  unreachable: boolean;
  /** Can be called now, as far as is known: a colleague in a call is not. */
  free: boolean;
  to: PartyTo;
}

export interface Known {
  you: string;
  agents: AgentView[];
  queues: { id: string; name: string }[];
  recent: { number: string; name: string }[];
  /** Who the call at hand is with: nobody to call beside it. */
  present?: string;
}

const MOST = 8;
/** Who can be talked to at once comes first, who is not there at all last, and only where asked for. */
const ORDER: AgentState[] = ["ready", "not_ready", "working_after_call", "reserved", "busy", "logged_off"];

/** Digits as they are dialled; null where the text is no number. */
export function dialled(text: string): string | null {
  const digits = text.replace(/[\s().-]/g, "");
  return /^\+?[0-9*#]{2,}$/.test(digits) ? digits : null;
}

/** The first of those that fit, and how many more there are. */
export function candidates(text: string, known: Known): { shown: Candidate[]; more: number } {
  const sought = text.trim().toLowerCase();
  const number = dialled(text);
  const fits = (...words: string[]) => words.some((it) => it.toLowerCase().includes(sought));
  const agents = known.agents
    .filter((it) => it.agent !== known.you && (sought || it.state !== "logged_off") && fits(it.agent, it.name))
    .sort((a, b) => rank(a, sought) - rank(b, sought) || a.agent.localeCompare(b.agent))
    .map(
      (it): Candidate => ({
        key: `agent ${it.agent}`,
        name: it.name,
        detail: it.agent,
        state: it.state,
        unreachable: !it.device_online && it.state !== "logged_off",
        free: it.device_online && (it.state === "ready" || it.state === "not_ready"),
        to: { type: "agent", agent: it.agent },
      }),
    );
  const queues = known.queues.filter((it) => fits(it.id, it.name)).map((it) => queue(it.id, it.name));
  const recent = known.recent
    .filter((it) => it.number !== number && it.number !== known.present && fits(it.number, it.name))
    .map((it) => outside(it.number, it.name));
  const isAgent = known.agents.some((it) => it.agent === number);
  const typed = number && !isAgent ? [outside(number, "")] : [];
  const all = [...typed, ...agents, ...queues, ...recent];
  const shown = (sought ? all : someOfEach(agents, queues, recent)).slice(0, MOST);
  return { shown, more: all.length - shown.length };
}

const LEAST = 2;

/** Where nothing is typed yet: some queues and numbers are there, however many colleagues are. */
function someOfEach(agents: Candidate[], queues: Candidate[], recent: Candidate[]): Candidate[] {
  const numbers = Math.min(LEAST, recent.length);
  const first = agents.slice(0, MOST - numbers - Math.min(LEAST, queues.length));
  return [...first, ...queues.slice(0, MOST - numbers - first.length), ...recent];
}

function rank(agent: AgentView, sought: string): number {
  const away = agent.device_online ? 0 : ORDER.length;
  return (agent.agent === sought ? -100 : 0) + away + ORDER.indexOf(agent.state);
}

const queue = (id: string, name: string): Candidate => ({
  key: `queue ${id}`,
  name,
  detail: id === name ? "" : id,
  state: null,
  unreachable: false,
  free: true,
  to: { type: "queues", queues: [id] },
});

const outside = (number: string, name: string): Candidate => ({
  key: `number ${number}`,
  name: name || number,
  detail: name ? number : "",
  state: null,
  unreachable: false,
  free: true,
  to: { type: "number", number },
});
