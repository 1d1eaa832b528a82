import { svelte } from "@sveltejs/vite-plugin-svelte";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const door = process.env.OUTPOST_DOOR ?? "http://127.0.0.1:7401";

const lib = fileURLToPath(new URL("./src/lib", import.meta.url));

// Every message is a module of its own. They travel in two bundles: what engineers read, and what only the desk does.
const deskMessages = new Set(
  Object.keys(JSON.parse(readFileSync(new URL("./messages/en/desk.json", import.meta.url), "utf8")) as object),
);
const isMessage = (id: string) => id.includes("/paraglide/messages/");
const isDeskMessage = (id: string) => isMessage(id) && deskMessages.has(basename(id, ".js"));
const isFieldMessage = (id: string) => isMessage(id) && !isDeskMessage(id);

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: [
      { find: "$lib", replacement: lib },
      // Every icon of the library stands in a frame of our own.
      { find: /^\.\.\/Icon\.svelte$/, replacement: `${lib}/base/LucideIcon.svelte` },
    ],
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "/api": { target: door, changeOrigin: false }, "/open": { target: door, changeOrigin: false } },
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
            // What the engineer's first screen needs comes in one piece: inside the app every file is a round trip
            // between two processes. Without the sheet, which brings the headless library: it waits until one slides up.
            {
              name: "first",
              priority: 1,
              test: (id: string) =>
                isFieldMessage(id) ||
                /\/paraglide\/runtime|node_modules\/(svelte|esm-env|clsx|@lucide|@tauri-apps)\//.test(id) ||
                /src\/lib\/(base\/(?!Sheet|Quantity)|door|routes|messages|frame|today\/(?!ReadySheet))/.test(id) ||
                /src\/lib\/ticket\/TicketRow/.test(id),
            },
          ],
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
