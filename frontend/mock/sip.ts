import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { type Scene, settingOf } from "./setting";

/** Just enough of a SIP registrar and far end for the browser telephone to register, ring, and be in a call nobody speaks in. */

const CRLF = "\r\n";
/** Scenes whose call is at the agent's telephone. */
const CALLED: Scene[] = [
  "offer",
  "stranger",
  "talk",
  "hold",
  "pausing",
  "consult_rings",
  "consulting",
  "consult_held",
  "adding",
  "consulted",
  "advising",
  "conference",
  "joined",
  "invited",
  "transferred",
  "returned",
  "parked_back",
  "house_call",
  "colleague",
  "crowded",
  "supervising",
  "supervised",
  "calling",
];
const RINGS: Scene[] = [
  "offer",
  "stranger",
  "consulted",
  "transferred",
  "returned",
  "parked_back",
  "house_call",
  "invited",
];

/** What the far end would send and take: G.711 A-law to nowhere. */
function sdp(setup: "actpass" | "active"): string {
  const fingerprint = Array.from({ length: 32 }, (_, index) => (0x10 + index).toString(16).toUpperCase()).join(":");
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 8 126",
    "c=IN IP4 127.0.0.1",
    "a=mid:0",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:126 telephone-event/8000",
    "a=ice-ufrag:mock",
    "a=ice-pwd:mockmockmockmockmockmock",
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    "",
  ].join(CRLF);
}

interface Message {
  start: string;
  header: (name: string) => string;
}

function parse(text: string): Message {
  const [start = "", ...lines] = text.split(CRLF);
  const header = (name: string) =>
    lines.find((it) => it.toLowerCase().startsWith(`${name.toLowerCase()}:`))?.replace(/^[^:]*:\s*/, "") ?? "";
  return { start, header };
}

export function speakSip(connection: WebSocket, request: IncomingMessage): void {
  const { scene } = settingOf(request);
  const send = (lines: string[], body = "") =>
    connection.send(
      [
        ...lines,
        ...(body ? ["Content-Type: application/sdp"] : []),
        `Content-Length: ${Buffer.byteLength(body)}`,
        "",
        body,
      ].join(CRLF),
    );
  const respond = (to: Message, status: string, more: string[] = [], body = "") =>
    send(
      [
        `SIP/2.0 ${status}`,
        `Via: ${to.header("Via")}`,
        `From: ${to.header("From")}`,
        `To: ${to.header("To")};tag=mock`,
        `Call-ID: ${to.header("Call-ID")}`,
        `CSeq: ${to.header("CSeq")}`,
        ...more,
      ],
      body,
    );
  const toAgent = (method: string, to: string, more: string[] = [], body = "") =>
    send(
      [
        `${method} sip:${user}@callbase SIP/2.0`,
        `Via: SIP/2.0/WS mock.invalid;branch=z9hG4bK${method}`,
        "Max-Forwards: 70",
        "From: <sip:13800138001@callbase>;tag=customer",
        `To: ${to}`,
        "Call-ID: mock-call",
        `CSeq: 1 ${method}`,
        "Contact: <sip:mock@mock.invalid;transport=ws>",
        ...more,
      ],
      body,
    );
  let user = "";
  let called = false;
  connection.on("message", (data) => {
    const message = parse(String(data));
    const [method] = message.start.split(" ");
    if (method === "REGISTER") {
      respond(message, "200 OK", [`Contact: ${message.header("Contact").replace(/;expires=\d+/, "")};expires=120`]);
      user = /sip:([^@;]+)@/.exec(message.header("To"))?.[1] ?? "";
      if (called || user.startsWith("demo") || !CALLED.includes(scene)) return;
      called = true;
      const asks = RINGS.includes(scene) ? [] : ["X-Callbase-Answer: auto"];
      toAgent("INVITE", `<sip:${user}@callbase>`, asks, sdp("actpass"));
    } else if (method === "INVITE") {
      respond(message, "180 Ringing");
      if (scene === "talk")
        respond(message, "200 OK", ["Contact: <sip:mock@mock.invalid;transport=ws>"], sdp("active"));
      else if (scene === "deserted") respond(message, "404 Not Found");
    } else if (method === "SIP/2.0" && message.start.includes("200") && message.header("CSeq").endsWith("INVITE")) {
      toAgent("ACK", message.header("To"));
    } else if (method && method !== "ACK" && method !== "SIP/2.0") respond(message, "200 OK");
  });
}
