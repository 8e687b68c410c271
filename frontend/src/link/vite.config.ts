import { defineConfig } from "vite";

/** The client as a package of its own: `npm run build:link`. */
export default defineConfig({
  build: {
    target: "es2022",
    minify: false,
    lib: { entry: "index.ts", formats: ["es"], fileName: "index" },
  },
});
