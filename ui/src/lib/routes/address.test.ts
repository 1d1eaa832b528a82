import { describe, expect, it } from "vitest";
import { href, parseHash } from "./address";

describe("addresses", () => {
  it("go there and back", () => {
    expect(href("ticket", { id: "a b/c" }, { part: "1", empty: "" })).toBe("#/ticket/a%20b%2Fc?part=1");
    expect(parseHash("#/ticket/a%20b%2Fc?part=1")).toEqual({
      name: "ticket",
      params: { id: "a b/c" },
      query: { part: "1" },
    });
  });

  it("tell a new ticket from one that is called so", () => {
    expect(parseHash("#/ticket/new?device=7").name).toBe("open_ticket");
    expect(parseHash("#/ticket/7").name).toBe("ticket");
  });

  it("lead home when they mean nothing", () => {
    for (const hash of ["", "#", "#/nowhere", "#/ticket", "#/ticket/%E0%A4%A", "#/today/x"]) {
      expect(parseHash(hash).name, hash).toBe("home");
    }
  });
});
