import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const door = process.env.OUTPOST_DOOR ?? "http://127.0.0.1:7401";

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
  },
  test: { include: ["src/**/*.test.ts"] },
});
