import { expect, it } from "vitest";
import { nextExposure } from "./camera";
import { brightnessOfMiddle, fields, frameSize, toLuma } from "./luma";

it("brightness goes from black to white and weighs green most", () => {
  const rgba = new Uint8ClampedArray([
    0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255,
  ]);
  const [black, white, red, green, blue] = toLuma(rgba, new Uint8Array(5));
  expect([black, white]).toEqual([0, 255]);
  expect(Number(green)).toBeGreaterThan(Number(red));
  expect(Number(red)).toBeGreaterThan(Number(blue));
});

it("frames are never longer than 1280", () => {
  expect(frameSize(640, 480)).toEqual([640, 480]);
  expect(frameSize(1920, 1080)).toEqual([1280, 720]);
  expect(frameSize(1080, 1920)).toEqual([720, 1280]);
});

it("a dark middle asks for more light, a bright one for less, up to what the camera can", () => {
  const range = { min: -2, max: 2, step: 0.1 };
  expect(nextExposure(range, 0, 20)).toBeCloseTo(1 / 3);
  expect(nextExposure(range, 0, 230)).toBeCloseTo(-1 / 3);
  expect(nextExposure(range, 0, 120)).toBe(0);
  expect(nextExposure(range, 2, 20)).toBe(2);
  expect(nextExposure(range, -2, 230)).toBe(-2);
});

it("the middle counts, not a lamp at the edge", () => {
  const luma = new Uint8Array(320 * 240).fill(20);
  luma.fill(255, 0, 320 * 40);
  expect(brightnessOfMiddle(fields(luma, 320, 240))).toBeCloseTo(20);
});
