import { defineConfig } from "vite";

// Makes the tests of the phone's outbox run under any Node: it reads no TypeScript before 23.
export default defineConfig({
  build: { ssr: "tests/outbox.test.ts", outDir: "node_modules/.tests", emptyOutDir: true, target: "es2022" },
  logLevel: "error",
});
