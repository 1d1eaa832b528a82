import { mount } from "svelte";
import "$lib/base/tokens.css";
import "$lib/base/base.css";
import App from "./App.svelte";
import { clock } from "$lib/base/clock.svelte";
import { preferences } from "$lib/base/preferences.svelte";
import { here } from "$lib/base/session.svelte";
import { beginWedge } from "$lib/base/wedge";
import { openDoor } from "$lib/door";
import { router } from "$lib/routes";

preferences.begin();
router.begin();
clock.begin();
beginWedge();

await openDoor();
here.begin();
void here.refresh();

const target = document.getElementById("app");
if (target) mount(App, { target });
