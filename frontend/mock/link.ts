import type { Server } from "node:http";
import { WebSocketServer } from "ws";
import { cookies } from "./api";
import { type Scene, tenantView } from "./data";

/** A link that shows one scene and says yes to everything. */
export function attachLink(http: Server): void {
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (request.url !== "/link") return;
    sockets.handleUpgrade(request, socket, head, (connection) => {
      const { mock_person: person = "", mock_scene: scene = "idle" } = cookies(request);
      connection.on("message", (text) => {
        const message = JSON.parse(String(text));
        if (message.type === "request")
          connection.send(JSON.stringify({ type: "reply", id: message.id, error: null, message: "" }));
        else
          connection.send(
            JSON.stringify({
              type: "snapshot",
              seq: 0,
              now_ms: Date.now(),
              protocol: 1,
              state: tenantView(scene as Scene),
              you: /^1\d{3}$/.test(person) ? person : "",
            }),
          );
      });
    });
  });
}
