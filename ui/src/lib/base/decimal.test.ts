import { describe, expect, it } from "vitest";
import { add, compare, isPositive, readDecimal, readNumber, subtract, tidy } from "./decimal";

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
      ["４。２", "4.2"],
      [".5", "0.5"],
      [",5", "0.5"],
      ["-.50", "-0.5"],
      ["－３", "-3"],
      ["−3", "-3"],
      ["+3", "3"],
      ["007", "7"],
      ["-0", "0"],
      ["", null],
      ["4.2.1", null],
      ["4.", null],
      [".", null],
      ["-", null],
      ["Infinity", null],
    ];
    for (const [typed, expected] of cases) expect(readDecimal(typed), typed).toBe(expected);
  });

  it("read thousands of both languages", () => {
    const cases: [string, string | null][] = [
      ["1,000,000", "1000000"],
      ["１，０００，０００", "1000000"],
      ["12,500.5", "12500.5"],
      ["1 000", "1000"],
      ["1\u00a0000", "1000"],
      ["1\u202f000\u202f000", "1000000"],
      ["1\u3000000", "1000"],
      ["1 000,5", "1000.5"],
      ["1 000,500", "1000.5"],
      ["1'000.25", "1000.25"],
      ["1’000", "1000"],
      ["-1,000,000", "-1000000"],
      // Not grouped as anybody groups: no guess is made of what was meant.
      ["1,00,000", null],
      ["10,0000,000", null],
      ["1,,000", null],
      ["1 00", null],
      ["1 000 00", null],
      ["1,000 000", null],
      ["1,000,5", null],
      ["1.000,5", null],
      ["0,000,500", null],
    ];
    for (const [typed, expected] of cases) expect(readDecimal(typed), typed).toBe(expected);
  });

  it("never guess one comma before three digits", () => {
    const asked = (thousands: string, decimal: string) => ({ is: "unclear", thousands, decimal });
    expect(readNumber("1,000")).toEqual(asked("1000", "1.000"));
    expect(readNumber("１，０００")).toEqual(asked("1000", "1.000"));
    expect(readNumber(" 12,500 ")).toEqual(asked("12500", "12.500"));
    expect(readNumber("-1,000")).toEqual(asked("-1000", "-1.000"));
    expect(readNumber("012,500")).toEqual(asked("12500", "12.500"));
    expect(readDecimal("1,000")).toBeNull();
    // Only one of the two can be meant.
    const clear = {
      "0,5": "0.5",
      "1,5": "1.5",
      "1,50": "1.5",
      "1,0005": "1.0005",
      "0,500": "0.5",
      "1234,500": "1234.5",
    };
    for (const [typed, value] of Object.entries(clear)) expect(readNumber(typed)).toEqual({ is: "number", value });
    // Either answer is read as it was offered.
    expect(readDecimal("1000")).toBe("1000");
    expect(readDecimal("1.000")).toBe("1");
  });

  it("say why a text is no number", () => {
    const cases: [string, string][] = [
      ["abc", "no_number"],
      ["1e-28", "short_form"],
      ["1E5", "short_form"],
      ["１ｅ－２８", "short_form"],
      ["0.0000001", "too_fine"],
      ["1234567890123456", "too_many_digits"],
      ["1234567890123.456", "too_many_digits"],
    ];
    for (const [typed, why] of cases) expect(readNumber(typed), typed).toEqual({ is: "wrong", why });
    expect(readNumber(" ")).toEqual({ is: "empty" });
    // Zeros that mean nothing do not count.
    expect(readDecimal("1.500000000")).toBe("1.5");
    expect(readDecimal("000000000000000012")).toBe("12");
    expect(readDecimal("123456789012345")).toBe("123456789012345");
    expect(readDecimal("0.000001")).toBe("0.000001");
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
