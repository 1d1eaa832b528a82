import { expect, it, vi } from "vitest";
import type { Action } from "$lib/types";

const told: Action[] = [];
let reachable = true;
vi.mock("$lib/door", () => ({
  door: {
    action: (action: Action) => {
      told.push(action);
      return reachable ? Promise.resolve(null) : Promise.reject(new Error("nobody answers"));
    },
  },
}));
const { isMetered, reportConnection } = await import("./connection");

class Line extends EventTarget {
  saveData = false;
  constructor(public type?: string) {
    super();
  }
  turn(type: string) {
    this.type = type;
    this.dispatchEvent(new Event("change"));
  }
}

const said = () =>
  told.splice(0).map((action) => action.name === "ReportConnection" && (action.ask as { metered: boolean }).metered);

it("takes a mobile network and saving data for metered, and nothing else", () => {
  expect(isMetered({ type: "cellular" })).toBe(true);
  expect(isMetered({ type: "wifi", saveData: true })).toBe(true);
  for (const type of ["wifi", "ethernet", "unknown", undefined])
    expect(isMetered({ type, saveData: false })).toBe(false);
});

it("tells at the start and when that changes, not when only the speed does", async () => {
  const line = new Line("cellular");
  const stop = reportConnection(line);
  line.turn("cellular");
  expect(said()).toEqual([true]);
  line.turn("wifi");
  line.turn("ethernet");
  expect(said()).toEqual([false]);
  reachable = false;
  line.turn("cellular");
  await Promise.resolve();
  await Promise.resolve();
  reachable = true;
  line.turn("cellular");
  expect(said()).toEqual([true, true]);
  stop();
  line.turn("wifi");
  expect(said()).toEqual([]);
});

it("tells nothing where the system says nothing", () => {
  vi.stubGlobal("navigator", {});
  reportConnection()();
  expect(said()).toEqual([]);
});
