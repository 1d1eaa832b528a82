import { expect, it } from "vitest";
import { isInvitation, likelyName } from "./invitation";

it("an invitation is told from any other code", () => {
  expect(isInvitation("outpost://enrol?hq=http%3A%2F%2F10.0.0.1&code=ABC")).toBe(true);
  expect(isInvitation(" https://hq.example.org/enrol#ABC ")).toBe(true);
  for (const text of ["", "KX-2019", "https://example.org/", "javascript:alert(1)", "outpost://open?x"]) {
    expect(isInvitation(text), text).toBe(false);
  }
});

it("a device gets a likely name", () => {
  expect(likelyName("Mozilla/5.0 (Linux; Android 15; Pixel) Mobile Safari")).toBe("Android phone");
  expect(likelyName("Mozilla/5.0 (X11; Linux x86_64)")).toBe("Linux");
});
