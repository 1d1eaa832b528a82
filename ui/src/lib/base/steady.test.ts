import { describe, expect, it } from "vitest";
import { Steady } from "./steady";

const tap = (control: string, at: number, x = 100, y = 100) => ({ control, at, x, y });

describe("a second tap", () => {
  it("is not for what slid under the finger", () => {
    const steady = new Steady();
    expect(steady.admits(tap("take 1", 0))).toBe(true);
    steady.gone(90);
    expect(steady.admits(tap("take 2", 120))).toBe(false);
    // A third of a nervous finger neither.
    expect(steady.admits(tap("take 2", 400, 110, 95))).toBe(false);
  });

  it("counts from the change, however long that took", () => {
    const steady = new Steady();
    steady.admits(tap("take 1", 0));
    steady.gone(1500);
    expect(steady.admits(tap("take 2", 2000))).toBe(false);
    expect(steady.admits(tap("take 2", 2101))).toBe(true);
  });

  it("is admitted where nothing moved, elsewhere, and on the same thing", () => {
    const steady = new Steady();
    steady.admits(tap("take 1", 0));
    expect(steady.admits(tap("other", 50))).toBe(true);
    steady.gone(60);
    expect(steady.admits(tap("far", 100, 100, 160))).toBe(true);
    steady.gone(110);
    expect(steady.admits(tap("far", 150, 100, 160))).toBe(true);
  });

  it("is a new one after something else, or when the change came from elsewhere", () => {
    const steady = new Steady();
    steady.admits(tap("take 1", 0));
    steady.gone(50);
    steady.forget();
    expect(steady.admits(tap("take 2", 100))).toBe(true);
    steady.gone(5000);
    expect(steady.admits(tap("take 3", 5100))).toBe(true);
  });
});
