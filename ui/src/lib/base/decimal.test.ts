import { describe, expect, it } from "vitest";
import { add, compare, isPositive, readDecimal, subtract, tidy } from "./decimal";

describe("decimals", () => {
  it("add and subtract exactly where floats do not", () => {
    expect(add("0.1", "0.2")).toBe("0.3");
    expect(subtract("0.3", "0.1")).toBe("0.2");
    expect(add("-1.25", "1.25")).toBe("0");
    expect(subtract("1", "2.5")).toBe("-1.5");
    expect(add("99999999999999999999.01", "0.99")).toBe("100000000000000000000");
  });

  it("compare by value, not by digits", () => {
    expect(compare("1.0", "1")).toBe(0);
    expect(compare("-2", "-10")).toBe(1);
    expect(compare("0.09", "0.1")).toBe(-1);
  });

  it("read what people type", () => {
    const cases: [string, string | null][] = [
      ["4,2", "4.2"],
      [" ４．２ ", "4.2"],
      [".5", "0.5"],
      ["-.50", "-0.5"],
      ["007", "7"],
      ["", null],
      ["4.2.1", null],
      ["1e5", null],
      ["Infinity", null],
    ];
    for (const [typed, expected] of cases) expect(readDecimal(typed), typed).toBe(expected);
  });

  it("tidy what machines write", () => {
    expect(tidy("3.000")).toBe("3");
    expect(tidy("-0.50")).toBe("-0.5");
    expect(tidy("n/a")).toBe("n/a");
  });

  it("know what is greater than zero", () => {
    expect(isPositive("0.001")).toBe(true);
    expect(isPositive("0.000")).toBe(false);
    expect(isPositive("-1")).toBe(false);
    expect(isPositive("x")).toBe(false);
  });
});
