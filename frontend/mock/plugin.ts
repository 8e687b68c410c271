import type { Plugin } from "vite";
import { answer } from "./api";
import { attachLink } from "./link";

/** `npm run mock`: the console without a platform behind it, for looking at screens. Never part of a build. */
export function mockServer(): Plugin {
  return {
    name: "callbase-mock",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/api/")) void answer(request, response);
        else next();
      });
      if (server.httpServer) attachLink(server.httpServer as import("node:http").Server);
    },
  };
}
