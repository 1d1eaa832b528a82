import { describe, expect, it } from "vitest";
import { readQuantity, shownCode } from "./quantity";

const code = (typed: string) => {
  const read = readQuantity(typed);
  return read.is === "code" ? read.code : null;
};

describe("a code in the field of a quantity", () => {
  it("is told from a quantity, however fast it was typed", () => {
    expect(code("6901028075831")).toBe("6901028075831");
    expect(code("00000017")).toBe("00000017");
    expect(code(" ６９０１０２８０７５８３１ ")).toBe("6901028075831");
    expect(code("(01)06901028075831(10)A1")).toBe("(01)06901028075831(10)A1");
    expect(code("01-06901028075831")).toBe("01-06901028075831");
    expect(code("PT-0017")).toBe("PT-0017");
    expect(code("ＯＵＴ－Ｄ－０００００３")).toBe("OUT-D-000003");
    expect(code("outpost://part/0190")).toBe("outpost://part/0190");
    expect(code("12345678.5")).toBe("12345678.5");
  });

  it("is never what a person counts or mistypes", () => {
    for (const typed of [
      "",
      "3",
      "1234567",
      "12,345,678",
      "1 000 000 000",
      "2.5",
      "1,000",
      "1.1234567",
      "1e-28",
      "x",
      "--",
    ])
      expect(code(typed), typed).toBeNull();
    expect(readQuantity("12,345,678")).toEqual({ is: "number", value: "12345678" });
    expect(readQuantity("0.12345678")).toEqual({ is: "wrong", why: "too_fine" });
    expect(readQuantity("1e-28")).toEqual({ is: "wrong", why: "short_form" });
  });

  it("is asked about where it may be either", () => {
    expect(readQuantity("690102")).toEqual({ is: "either", code: "690102", quantity: "690 102" });
    expect(readQuantity("12345").is).toBe("either");
    // What is chosen, or typed in groups, is a quantity.
    expect(readQuantity("690 102")).toEqual({ is: "number", value: "690102" });
    expect(readQuantity("9999")).toEqual({ is: "number", value: "9999" });
  });

  it("is shown so that people can compare it", () => {
    expect(shownCode("6901028075831")).toBe("6\u202f901\u202f028\u202f075\u202f831");
    expect(shownCode("123456")).toBe("123\u202f456");
    expect(shownCode("PT-0017")).toBe("PT-0017");
    expect(shownCode("x".repeat(100))).toHaveLength(40);
  });
});
