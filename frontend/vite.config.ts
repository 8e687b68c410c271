import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./mock/plugin";

// Where the web process listens while the console is developed with `npm run dev`.
const backend = `http://127.0.0.1:${process.env.CALLBASE_HTTP_PORT ?? "8080"}`;

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === "mock" ? [mockServer()] : [])],
  server: {
    host: "127.0.0.1",
    ...(mode === "mock"
      ? {}
      : { proxy: { "/api": backend, "/link": { target: backend, ws: true }, "/sip": { target: backend, ws: true } } }),
  },
  preview: { host: "127.0.0.1" },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: { index: "index.html", embed: "src/embed/loader.ts" },
      output: {
        // Other systems' pages name it, so its name never changes.
        entryFileNames: (entry) => (entry.name === "embed" ? "embed.js" : "assets/[name]-[hash].js"),
        manualChunks: {
          react: ["react", "react-dom", "react-router", "@tanstack/react-query", "zustand"],
          telephone: ["jssip"],
          i18n: ["i18next", "react-i18next"],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    css: false,
    testTimeout: 180_000,
  },
}));
