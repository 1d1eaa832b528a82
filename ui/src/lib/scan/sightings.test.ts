import { describe, expect, it } from "vitest";
import type { FoundCode } from "$lib/types";
import { brightness, change, fields, sharpness } from "./luma";
import { fromTheMiddle, Interest, placed, Sharpness, shownPart, Sightings, Stillness, within } from "./sightings";

function code(text: string, [x, y, side]: [number, number, number] = [0, 0, 10]): FoundCode {
  const corners: FoundCode["corners"] = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
  return { format: "qr_code", text, shown: text, bytes_base64: btoa(text), is_gs1: false, corners, stage: "" };
}

const texts = (codes: FoundCode[]) => codes.map(({ text }) => text);

describe("a code that is seen", () => {
  it("counts once while it stays, and each of several counts", () => {
    const sightings = new Sightings();
    expect(texts(sightings.take([code("a")], 0))).toEqual(["a"]);
    expect(texts(sightings.take([code("a"), code("b")], 70))).toEqual(["b"]);
    expect(texts(sightings.take([code("b"), code("a"), code("a")], 140))).toEqual([]);
  });

  it("counts again after it was gone and something moved", () => {
    const sightings = new Sightings();
    sightings.take([code("a")], 0);
    sightings.moved(500);
    expect(sightings.take([code("a")], 1000)).toEqual([]);
    sightings.moved(1500);
    expect(texts(sightings.take([code("a")], 2600))).toEqual(["a"]);
  });

  it("does not count again when it only could not be read for a while", () => {
    const sightings = new Sightings();
    sightings.moved(0);
    sightings.take([code("a")], 100);
    expect(sightings.take([code("a")], 9000)).toEqual([]);
  });

  it("does not come back by itself when reading goes on after a pause", () => {
    const sightings = new Sightings();
    sightings.take([code("a")], 0);
    sightings.moved(100);
    sightings.resume(60_000);
    expect(sightings.take([code("a")], 60_100)).toEqual([]);
    sightings.moved(60_200);
    expect(texts(sightings.take([code("a")], 62_000))).toEqual(["a"]);
  });
});

describe("where to look", () => {
  const whole = { x: 0, y: 0, width: 1280, height: 720 };

  it("is the whole picture, by turns with the last sighting as long as that is fresh", () => {
    const interest = new Interest();
    expect([0, 1, 2].map((at) => interest.next(1280, 720, at))).toEqual([whole, whole, whole]);
    interest.saw([code("a", [600, 300, 100])], 10);
    expect(interest.next(1280, 720, 20)).toEqual({ x: 550, y: 250, width: 200, height: 200 });
    expect(interest.next(1280, 720, 30)).toEqual(whole);
    expect(interest.next(1280, 720, 5000)).toEqual(whole);
  });

  it("stays within the picture", () => {
    const interest = new Interest();
    interest.saw([code("a", [-5, 700, 40])], 0);
    interest.next(1280, 720, 1);
    const { x, y, width, height } = interest.next(1280, 720, 2);
    expect([x, y + height]).toEqual([0, 720]);
    expect(Math.min(width, height)).toBeGreaterThan(0);
  });

  it("is now and then the middle of a large picture, as it came", () => {
    const interest = new Interest();
    const regions = [1, 2, 3].map((at) => interest.next(3840, 2160, at));
    expect(regions[2]).toEqual({ x: 1280, y: 720, width: 1280, height: 720 });
  });
});

it("places are those of the whole picture", () => {
  const region = { x: 100, y: 50, width: 400, height: 200 };
  const [found] = placed([code("a", [10, 20, 30])], region, 200, 100);
  expect(found?.corners).toEqual([
    [120, 90],
    [180, 90],
    [180, 150],
    [120, 150],
  ]);
});

it("only what a person sees as well was meant", () => {
  const part = shownPart(640, 480, 692, 240);
  expect(part.x).toBe(0);
  expect(part.y).toBeCloseTo(129, 0);
  expect(shownPart(640, 480, 240, 692).width).toBeCloseTo(166.5, 0);
  expect(shownPart(640, 480, 0, 0)).toEqual({ x: 0, y: 0, width: 640, height: 480 });
  const codes = [code("above", [10, 20, 60]), code("inside", [10, 200, 60])];
  expect(texts(within(codes, part))).toEqual(["inside"]);
});

it("what the camera is pointed at comes first", () => {
  const codes = [code("edge", [0, 0, 20]), code("middle", [90, 90, 20])];
  expect(texts(fromTheMiddle(codes, 200, 200))).toEqual(["middle", "edge"]);
});

it("a blurred frame waits for a sharper one, but not for ever", () => {
  const frames = new Sharpness();
  for (let n = 0; n < 20; n += 1) expect(frames.worth(10)).toBe(true);
  expect([4, 10, 4, 4, 4, 4].map((sharp) => frames.worth(sharp))).toEqual([false, true, false, false, false, true]);
});

it("edges are sharp, and darkness is told from light", () => {
  const bars = (wide: number) => Uint8Array.from({ length: 64 * 48 }, (_, at) => (((at % 64) / wide) & 1 ? 255 : 0));
  const smooth = Uint8Array.from({ length: 64 * 48 }, (_, at) => (at % 64) * 4);
  expect(sharpness(bars(4), 64, 48)).toBeGreaterThan(5 * sharpness(smooth, 64, 48));
  expect(brightness(fields(bars(4), 64, 48))).toBeCloseTo(127.5, 0);
  expect(brightness(fields(new Uint8Array(64 * 48), 64, 48))).toBe(0);
});

describe("stillness", () => {
  it("is over when something moves or is read", () => {
    const stillness = new Stillness(0, 1000);
    expect(stillness.changed(0.5, 500)).toBe(false);
    expect(stillness.over(999)).toBe(false);
    expect(stillness.over(1000)).toBe(true);
    expect(stillness.changed(20, 1200)).toBe(true);
    expect(stillness.over(2000)).toBe(false);
    stillness.stir(2500);
    expect(stillness.over(3400)).toBe(false);
  });

  it("noise is no movement, a hand is", () => {
    const [width, height] = [64, 48];
    const still = Uint8Array.from({ length: width * height }, (_, at) => 100 + (at % 3));
    const noisy = still.map((value, at) => value + (at % 2 === 0 ? 1 : -1));
    const hand = still.map((value, at) => (at % width < 16 ? 20 : value));
    const before = fields(still, width, height);
    expect(change(before, fields(noisy, width, height))).toBeLessThan(2.5);
    expect(change(before, fields(hand, width, height))).toBeGreaterThan(2.5);
  });
});
