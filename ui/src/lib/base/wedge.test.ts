import { describe, expect, it } from "vitest";
import { Burst, handOn, onWedge, pressed } from "./wedge";

function type(text: string, gap: number, end = "Enter"): string | null {
  const burst = new Burst();
  let at = 1000;
  for (const key of text) {
    burst.key(key, at);
    at += gap;
  }
  return burst.key(end, at);
}

describe("a keyboard-wedge scanner", () => {
  it("is told from a hand by its rhythm", () => {
    expect(type("KX-2019-00417", 8)).toBe("KX-2019-00417");
    expect(type("KX-2019-00417", 8, "Tab")).toBe("KX-2019-00417");
    expect(type("hello world", 120)).toBeNull();
  });

  it("needs a few characters and an end", () => {
    expect(type("abc", 8)).toBeNull();
    expect(type("abcdef", 8, "F5")).toBeNull();
  });

  it("may press shift between characters", () => {
    const burst = new Burst();
    let at = 0;
    for (const key of ["Shift", "A", "b", "Shift", "C", "1"]) burst.key(key, (at += 6));
    expect(burst.key("Enter", at + 6)).toBe("AbC1");
  });

  it("keeps the separators of GS1, and leaves the keys of programs alone", () => {
    const none = { isComposing: false, ctrlKey: false, altKey: false, metaKey: false };
    const held = (key: string, code: string) => pressed({ ...none, key, code, ctrlKey: true });
    const keys = ["1", "0", "A", held("Control", "ControlLeft"), held("]", "BracketRight"), "2", "1"];
    const burst = new Burst();
    let at = 0;
    for (const key of keys) burst.key(key ?? "", (at += 6));
    expect(burst.key("Enter", at + 6)).toBe("10A\u001d21");
    expect(held("k", "KeyK")).toBeNull();
    expect(pressed({ ...none, key: "a", code: "KeyA", isComposing: true })).toBeNull();
  });

  it("begins anew after a pause", () => {
    const burst = new Burst();
    burst.key("x", 0);
    let at = 500;
    for (const key of "PT-0017") burst.key(key, (at += 5));
    expect(burst.key("Enter", at + 5)).toBe("PT-0017");
  });

  it("and a code from the wrong field come to the listener that came last", () => {
    const heard: string[] = [];
    const stop = onWedge((code) => heard.push(`screen ${code}`));
    const close = onWedge((code) => heard.push(`sheet ${code}`));
    handOn("1");
    close();
    handOn("2");
    stop();
    handOn("3");
    expect(heard).toEqual(["sheet 1", "screen 2"]);
  });
});
