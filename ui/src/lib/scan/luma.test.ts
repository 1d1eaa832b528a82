import { expect, it } from "vitest";
import { frameSize, toLuma } from "./luma";

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
