import { defineConfig } from "vite";

// Builds the islands into the kit's static folder under stable names; nothing is fetched from the network at run time.
export default defineConfig({
  base: "./",
  // The module itself: by its wrapper the phone's shell would want a second file.
  resolve: { alias: { dexie: new URL("node_modules/dexie/dist/modern/dexie.min.mjs", import.meta.url).pathname } },
  build: {
    outDir: "../anlan/kit/ui/static/dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { app: "src/app.ts", map: "src/map/map.ts", chart: "src/chart/chart.ts", command: "src/command/command.ts", wall: "src/command/wall.ts", countdown: "src/countdown.ts", field: "src/field/field.ts", "field-worker": "src/field/worker.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: (asset) => (asset.names?.[0]?.endsWith(".css") ? "[name][extname]" : "assets/[name]-[hash][extname]"),
      },
    },
  },
});
