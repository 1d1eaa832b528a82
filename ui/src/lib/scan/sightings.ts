// What a camera saw, in time: which codes came into sight just now, where to look more closely, and whether anything still
// moves. Pure, for the tests.

import type { FoundCode } from "$lib/types";
import type { Region } from "./luma";

/** A code counts again only after it was out of sight for so long. */
const AWAY_MILLIS = 1500;
/** Above this something moved: a hand does more, the noise of a sensor less. */
const MOVED = 2.5;

const nameOf = (code: FoundCode) => `${code.format} ${code.bytes_base64}`;

/** Tells codes that come into sight from those that are still there. */
export class Sightings {
  #seen = new Map<string, number>();
  #movedAt = Number.NEGATIVE_INFINITY;

  /** Something moved in the picture. */
  moved(at: number) {
    this.#movedAt = at;
  }

  /** Of these codes, those that count: each once, and again only after it was gone and something had moved. */
  take(codes: FoundCode[], at: number): FoundCode[] {
    const fresh: FoundCode[] = [];
    for (const code of codes) {
      const name = nameOf(code);
      const last = this.#seen.get(name);
      this.#seen.set(name, at);
      // A code that is hard to read blinks; as long as nothing moves, it is the same label.
      if (last === undefined || (at - last >= AWAY_MILLIS && this.#movedAt > last)) fresh.push(code);
    }
    return fresh;
  }

  /** Nobody looked for a while: what was in sight then counts as still being there. */
  resume(at: number) {
    for (const name of this.#seen.keys()) this.#seen.set(name, at);
  }
}

/** How long a place is worth a closer look after a code was seen there. */
const INTEREST_MILLIS = 2000;

/** Where to look: at the whole picture, by turns with the place where codes were seen last, or with its middle. */
export class Interest {
  #turn = 0;
  #box: Region | null = null;
  #until = 0;

  /** Codes were seen, in pixels of the video. */
  saw(codes: FoundCode[], at: number) {
    if (codes.length === 0) return;
    const corners = codes.flatMap((code) => code.corners);
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    this.#box = { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
    this.#until = at + INTEREST_MILLIS;
  }

  /** The part of a picture to read next. `longest` is what one frame may have; a larger picture is read smaller. */
  next(width: number, height: number, at: number, longest = 1280): Region {
    const whole = { x: 0, y: 0, width, height };
    this.#turn += 1;
    if (this.#turn % 2 === 0 && this.#box && at < this.#until) return around(this.#box, width, height);
    // What is far away is only sharp enough in the picture as it came.
    if (this.#turn % 3 === 0 && Math.max(width, height) > longest) {
      const share = longest / Math.max(width, height);
      const [across, down] = [Math.floor(width * share), Math.floor(height * share)];
      return { x: (width - across) >> 1, y: (height - down) >> 1, width: across, height: down };
    }
    return whole;
  }
}

/** Twice as wide and high around a box, in whole pixels, within the picture. */
function around(box: Region, width: number, height: number): Region {
  const margin = Math.max(box.width, box.height, 64) / 2;
  const x = Math.max(0, Math.floor(box.x - margin));
  const y = Math.max(0, Math.floor(box.y - margin));
  const right = Math.min(width, Math.ceil(box.x + box.width + margin));
  const bottom = Math.min(height, Math.ceil(box.y + box.height + margin));
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

/** Codes of a part of a picture, with their places in the whole. */
export function placed(codes: FoundCode[], region: Region, width: number, height: number): FoundCode[] {
  const [across, down] = [region.width / width, region.height / height];
  const place = ([x, y]: [number, number]): [number, number] => [region.x + x * across, region.y + y * down];
  return codes.map((code) => {
    const [a, b, c, d] = code.corners;
    return { ...code, corners: [place(a), place(b), place(c), place(d)] };
  });
}

/** The part of a picture that is seen in a box which it fills, as the camera's picture does. */
export function shownPart(width: number, height: number, across: number, down: number): Region {
  if (across <= 0 || down <= 0) return { x: 0, y: 0, width, height };
  const scale = Math.max(across / width, down / height);
  const [seenAcross, seenDown] = [Math.min(width, across / scale), Math.min(height, down / scale)];
  return { x: (width - seenAcross) / 2, y: (height - seenDown) / 2, width: seenAcross, height: seenDown };
}

/** The codes that a person sees as well: what lies outside the box was not meant. */
export function within(codes: FoundCode[], { x, y, width, height }: Region): FoundCode[] {
  return codes.filter((code) => {
    const [across, down] = [middle(code, 0), middle(code, 1)];
    return across >= x && across <= x + width && down >= y && down <= y + height;
  });
}

const middle = ({ corners }: FoundCode, axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / 4;

/** The nearest to the middle first: that is what a camera is pointed at. */
export function fromTheMiddle(codes: FoundCode[], width: number, height: number): FoundCode[] {
  const away = (code: FoundCode) => Math.hypot(middle(code, 0) - width / 2, middle(code, 1) - height / 2);
  return [...codes].sort((left, right) => away(left) - away(right));
}

/** A frame this much less sharp than others of late is blurred by a moving hand. */
const BLURRED = 0.6;
/** But not many in a row are left out: it may be the light that changed. */
const MOST_LEFT_OUT = 3;

/** Tells blurred frames, which are not worth reading while a sharper one is near. */
export class Sharpness {
  #usual = 0;
  #leftOut = 0;

  worth(sharpness: number): boolean {
    const blurred = sharpness < this.#usual * BLURRED && this.#leftOut < MOST_LEFT_OUT;
    this.#leftOut = blurred ? this.#leftOut + 1 : 0;
    this.#usual += (sharpness - this.#usual) * 0.2;
    return !blurred;
  }
}

/** Whether a camera still has something to look at. */
export class Stillness {
  #since: number;

  constructor(
    at: number,
    readonly millis: number,
  ) {
    this.#since = at;
  }

  /** How much the picture changed; true when something moved. */
  changed(by: number, at: number): boolean {
    if (by < MOVED) return false;
    this.#since = at;
    return true;
  }

  /** Something was read, or touched. */
  stir(at: number) {
    this.#since = at;
  }

  /** Whether nothing happened for as long as was agreed. */
  over(at: number): boolean {
    return at - this.#since >= this.millis;
  }
}
