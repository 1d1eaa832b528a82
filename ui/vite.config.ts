import { svelte } from "@sveltejs/vite-plugin-svelte";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const door = process.env.OUTPOST_DOOR ?? "http://127.0.0.1:7401";

// Every message is a module of its own. They travel in two bundles: what engineers read, and what only the desk does.
const deskMessages = new Set(
  Object.keys(JSON.parse(readFileSync(new URL("./messages/en/desk.json", import.meta.url), "utf8")) as object),
);
const isMessage = (id: string) => id.includes("/paraglide/messages/");
const isDeskMessage = (id: string) => isMessage(id) && deskMessages.has(basename(id, ".js"));
const isFieldMessage = (id: string) => isMessage(id) && !isDeskMessage(id);

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { $lib: fileURLToPath(new URL("./src/lib", import.meta.url)) } },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "/api": { target: door, changeOrigin: false } },
  },
  build: {
    target: ["chrome111", "safari16.4"],
    // The content policy allows no inline scripts, and small files as data URLs would hide from the size check.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "desk-words", test: isDeskMessage },
            {
              name: "words",
              priority: 1,
              test: (id: string) => isFieldMessage(id) || id.includes("/paraglide/runtime"),
            },
            { name: "svelte", test: /node_modules\/(svelte|esm-env|clsx)\// },
            { name: "icons", test: /node_modules\/@lucide\// },
            // Without the sheet, which brings the headless library: it waits until one slides up.
            { name: "base", test: /src\/lib\/(base\/(?!Sheet|Quantity)|door\/(?!tauri)|routes|messages|frame)/ },
          ],
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
