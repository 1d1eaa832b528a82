import { beforeAll, describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { languages: ["en-GB"] });

const { preferences, startLocale } = await import("./preferences.svelte");
const { ago, dayAndTime, distance, limit, limitTone, span } = await import("./format");

const now = new Date(2026, 10, 24, 14, 30).getTime();
const minute = 60_000;

beforeAll(() => {
  vi.stubGlobal("document", { documentElement: { dataset: {} } });
  preferences.begin();
});

describe("times as people say them", () => {
  it("in English", () => {
    preferences.locale = "en";
    expect(ago(now - 20_000, now)).toBe("just now");
    expect(ago(now - 2 * minute, now)).toBe("2 min ago");
    expect(ago(now - 3 * 60 * minute, now)).toBe("3 h ago");
    expect(ago(now + 5 * minute, now)).toBe("in 5 min");
    expect(dayAndTime(now, now)).toBe("today 14:30");
    expect(dayAndTime(now - 24 * 60 * minute, now)).toBe("yesterday 14:30");
    expect(limit(now + 130 * minute, now)).toBe("2 h 10 left");
    expect(limit(now - 35 * minute, now)).toBe("35 min late");
  });

  it("in Chinese", () => {
    preferences.locale = "zh-CN";
    expect(ago(now - 2 * minute, now)).toBe("2 分钟前");
    expect(dayAndTime(now + 24 * 60 * minute, now)).toBe("明天 14:30");
    expect(span(50 * 60 * minute)).toBe("2 天 2 小时");
    expect(distance(1210)).toBe("1.2 公里");
  });

  it("with a colour that follows the time that is left", () => {
    expect(limitTone(now - 1, now)).toBe("wrong");
    expect(limitTone(now + 60 * minute, now)).toBe("needs");
    expect(limitTone(now + 300 * minute, now)).toBe("waiting");
  });
});

describe("the language to begin with", () => {
  it("is what was chosen, then what the system asks for", () => {
    expect(startLocale("zh-CN", ["en"])).toBe("zh-CN");
    expect(startLocale(null, ["zh-Hans-CN", "en"])).toBe("zh-CN");
    expect(startLocale(null, ["fr", "en-US", "zh"])).toBe("en");
    expect(startLocale("xx", [])).toBe("en");
  });
});
