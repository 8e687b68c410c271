import type { Server } from "node:http";
import type { Connect, Plugin } from "vite";
import { WebSocketServer } from "ws";
import { answer } from "./api";
import { speakLink } from "./link";
import { speakSip } from "./sip";

/** `npm run mock`: the console without a platform behind it, for looking at screens. Never part of a build. */
export function mockServer(): Plugin {
  const serve = ({ middlewares, httpServer }: { middlewares: Connect.Server; httpServer: unknown }) => {
    middlewares.use((request, response, next) => {
      if (request.url?.startsWith("/api/")) answer(request, response);
      else next();
    });
    if (httpServer) attachSockets(httpServer as Server);
  };
  return { name: "callbase-mock", configureServer: serve, configurePreviewServer: serve };
}

function attachSockets(http: Server): void {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const speakers: Record<string, typeof speakLink> = { "/link": speakLink, "/sip": speakSip };
  http.on("upgrade", (request, socket, head) => {
    const speak = speakers[request.url ?? ""];
    if (speak) sockets.handleUpgrade(request, socket, head, (connection) => speak(connection, request));
  });
}
