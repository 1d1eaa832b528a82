// A finger that taps twice means one thing, once. When what was tapped vanishes or moves, and something else slides under
// the finger, the second tap is not for that. One guard stands before every list, menu and sheet.

/** So long after the change a tap at the same place is still the second half of the first. */
const AFTER_MILLIS = 600;
/** A change later than this was not caused by the tap. */
const CAUSED_MILLIS = 3_000;
/** As far apart two taps of one finger land, in CSS pixels. */
const SAME_PLACE = 24;

export interface Tap {
  x: number;
  y: number;
  at: number;
  /** What it is for. */
  control: unknown;
}

/** Remembers the last tap and when what it was for went away. Pure, for the tests. */
export class Steady {
  #last: Tap | null = null;
  #goneAt: number | null = null;

  get last(): Tap | null {
    return this.#last;
  }

  /** What was tapped is not where it was. */
  gone(at: number): void {
    if (this.#last && at - this.#last.at < CAUSED_MILLIS) this.#goneAt ??= at;
  }

  /** Something else was done meanwhile: the next tap is a new one. */
  forget(): void {
    this.#last = this.#goneAt = null;
  }

  /** Whether a tap is meant for what is there now; a second half is not, and changes nothing. */
  admits(tap: Tap): boolean {
    const last = this.#last;
    const near = last !== null && Math.hypot(tap.x - last.x, tap.y - last.y) <= SAME_PLACE;
    const soon = this.#goneAt !== null && tap.at - this.#goneAt < AFTER_MILLIS;
    if (near && soon && tap.control !== last.control) return false;
    this.#last = tap;
    this.#goneAt = null;
    return true;
  }
}

const CONTROLS = "button, a, input, select, textarea, summary, label, [role=button], [role=menuitem], [role=option]";

/** A box and its label are one. */
function controlOf(target: EventTarget | null): Element | null {
  const control = target instanceof Element ? target.closest(CONTROLS) : null;
  return control?.closest("label") ?? control;
}

/** Where it stands among everything else, wherever that is scrolled to. */
function placeOf(control: Element): { top: number; left: number } {
  const place = { top: 0, left: 0 };
  for (let at: Element | null = control; at instanceof HTMLElement; at = at.offsetParent) {
    place.top += at.offsetTop;
    place.left += at.offsetLeft;
  }
  return place;
}

/** Guards the whole window. Called once. */
export function beginSteady(): void {
  const steady = new Steady();
  let place = { top: 0, left: 0 };

  const look = () => {
    const control = steady.last?.control;
    if (!(control instanceof Element)) return;
    const now = placeOf(control);
    const moved = Math.abs(now.top - place.top) > 8 || Math.abs(now.left - place.left) > 8;
    if (control.isConnected && !moved) return;
    steady.gone(performance.now());
    watch.disconnect();
  };
  const watch = new MutationObserver(look);
  let rest: ReturnType<typeof setTimeout> | undefined;

  addEventListener(
    "click",
    (event) => {
      // Keys and other programs press without a pointer: they mean the control itself.
      if (event.detail === 0) return;
      const control = controlOf(event.target);
      if (!control) return;
      look();
      const free = control.closest("[data-repeat]") !== null;
      const admitted = steady.admits({ x: event.clientX, y: event.clientY, at: event.timeStamp, control });
      if (!admitted && !free) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      place = placeOf(control);
      watch.observe(document.body, { childList: true, subtree: true });
      clearTimeout(rest);
      rest = setTimeout(() => watch.disconnect(), CAUSED_MILLIS);
    },
    { capture: true },
  );
  // Typing or scrolling in between, and the place under the finger is looked at anew.
  for (const other of ["keydown", "input", "wheel", "touchmove"] as const) {
    addEventListener(other, () => steady.forget(), { capture: true, passive: true });
  }
}
