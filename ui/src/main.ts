import { mount } from "svelte";
import "$lib/base/tokens.css";
import "$lib/base/base.css";
import App from "./App.svelte";
import { clock } from "$lib/base/clock.svelte";
import { drafts } from "$lib/base/draft";
import { preferences } from "$lib/base/preferences.svelte";
import { here } from "$lib/base/session.svelte";
import { toasts } from "$lib/base/toasts.svelte";
import { beginSteady } from "$lib/base/steady";
import { beginWedge } from "$lib/base/wedge";
import { m } from "$lib/messages";
import { router } from "$lib/routes";

preferences.begin();
router.begin();
clock.begin();
beginWedge();
beginSteady();

// A part of the program that is gone, because a newer version took its place: what was typed is kept as drafts.
addEventListener("vite:preloadError", () => {
  toasts.show("wrong", m.page_not_loaded(), { action: { label: m.retry(), run: () => location.reload() } });
});

here.begin();
void here.refresh();

// What was typed last is there before anything is shown; where somebody goes meanwhile, the router has heard.
await drafts.begin();

const target = document.getElementById("app");
if (target) mount(App, { target });
