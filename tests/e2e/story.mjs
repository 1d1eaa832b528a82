// The story "a ticket done offline", told to whatever hands it is given: a page or the real window.

import assert from "node:assert/strict";
import { until } from "./harness/programs.mjs";

const STEP = '[data-testid="current-step"]';

/** Waits until the chip says so. A replica that was cut off for long tries again every 30 s. */
export const stands = (hands, state, seconds = 45) =>
  until(
    `the chip to say ${state}`,
    () =>
      hands.evaluate((state) => document.querySelector('[data-testid="sync-chip"]')?.dataset.state === state, state),
    { seconds },
  );

/** What the current step asks for: key and how it is answered. */
const demands = (hands) =>
  hands.evaluate(() =>
    [...document.querySelectorAll('[data-testid="current-step"] [data-testid="demand"]')].map((demand) => {
      const input = demand.querySelector("[data-demand]");
      return {
        key: demand.dataset.key,
        met: demand.dataset.met === "true",
        way: demand.querySelector("canvas") ? "sign" : input?.matches("input, textarea") ? (input.type ?? "") : "part",
      };
    }),
  );

const stepName = (hands) =>
  hands.evaluate(() => document.querySelector('[data-testid="current-step"]')?.getAttribute("aria-label") ?? "");

/** What the bar at the thumb says of the step that is being worked on. */
const WORKING = '[data-testid="missing"]';

/** Answers one demand as a person would. */
async function answer(hands, { key, way }, { photo }) {
  const demand = `[data-testid="demand"][data-key="${key}"]`;
  const input = `${demand} [data-demand="${key}"]`;
  if (way === "checkbox") await hands.press(input);
  else if (way === "file") await hands.attach(input, photo);
  else if (way === "sign") {
    await hands.draw(`${demand} canvas`);
    await hands.type(`${demand} .sign input`, "Zhou 周");
    await hands.press(`${demand} button`, { text: "Save signature" });
  } else await hands.type(input, way === "textarea" ? "Door belt worn, replaced 皮带磨损" : "4.2");
  await hands.see(`${demand}[data-met="true"]`);
}

/** Works through the current step; gives its name. */
export async function doStep(hands, { photo, during }) {
  await hands.see(STEP);
  const name = await stepName(hands);
  if (!(await hands.evaluate((css) => document.querySelector(css) !== null, WORKING))) {
    await hands.press("button.primary", { text: `Start: ${name}` });
    await hands.see(WORKING);
  }
  for (const demand of await demands(hands)) {
    if (!demand.met && demand.way !== "part") await answer(hands, demand, { photo });
  }
  await during?.(name);
  await hands.press("button.primary", { text: "Finish" });
  await until(`step ${name} to be over`, async () => (await stepName(hands)) !== name);
  return name;
}

/** Works through all steps of the ticket that is shown; gives their names. */
export async function doTicket(hands, options) {
  const done = [];
  await hands.see(STEP);
  while ((await stepName(hands)) !== "") done.push(await doStep(hands, options));
  return done;
}

/** What headquarters has of the ticket in the end. */
export async function arrived(session, id, { steps }) {
  const view = await until("the ticket to be done at headquarters", async () => {
    const view = await session.query("AskTicket", { id });
    return view.ticket.state === "done" && view.attachments.every(({ here }) => here) && view;
  });
  assert.equal(view.steps.length, steps.length);
  assert.ok(view.steps.every(({ step }) => step.state === "done"));
  assert.deepEqual(view.attention, [], "nothing needs attention");
  for (const { event } of view.timeline) assert.ok(event.received_at >= event.occurred_at - 1000, event.name);
  return view;
}

/** Uses one of a part in the current step, out of the van that is offered first. */
export async function usePart(hands, { number, name, name_en }) {
  await hands.press(`${STEP} button[data-demand]`, { text: "Use part" });
  await hands.press('[role="dialog"] [data-testid="part-row"]', { text: number });
  await hands.press('[role="dialog"] button.primary', { text: "Use 1" });
  await hands.see(`${STEP} [data-testid="demand"][data-met="true"]`, { text: name_en || name });
}

/** One of the engineer's devices that nobody has a ticket for, the code on its label, and a part of it in the van. */
export async function deviceWithoutTicket(engineer) {
  const ask = { kind: "device", text: "", field: null, value: null, offset: 0, limit: 100 };
  const { records } = await engineer.query("AskList", ask);
  for (const { record } of records) {
    const { device, tags, parts, open_tickets } = await engineer.query("AskDevice", { id: record.id });
    const row = parts.find(({ in_van }) => Number(in_van) >= 1);
    if (open_tickets.length === 0 && tags.length > 0 && row) return { device, code: tags[0].code, part: row.part };
  }
  throw new Error("every device has an open ticket, or no part of it is in the van");
}
