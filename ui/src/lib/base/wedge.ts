// Keyboard-wedge scanners type a code faster than any hand and end it with Enter or Tab. What they type anywhere goes
// to the listener that came last: a sheet that waits for a part label stands before the screen behind it.

/** Above this many milliseconds between two keys it is a hand. */
const gap = 45;
const least = 4;

/** Collects keys; answers the code when a burst ends. Pure, for the tests. */
export class Burst {
  #text = "";
  #last = 0;

  /** Whether a key continues a burst (true), so that a caller can tell when one begins. */
  key(key: string, at: number): string | null {
    const quick = at - this.#last <= gap;
    this.#last = at;
    if (key === "Enter" || key === "Tab") {
      const code = quick && this.#text.length >= least ? this.#text : null;
      this.#text = "";
      return code;
    }
    if (key.length !== 1) {
      // Shift and its kind stand between the characters of a code.
      if (key !== "Shift" && key !== "CapsLock" && key !== "AltGraph") this.#text = "";
      return null;
    }
    this.#text = quick ? this.#text + key : key;
    return null;
  }

  get length(): number {
    return this.#text.length;
  }
}

type Listener = (code: string) => void;
const listeners: Listener[] = [];

/** Hears of codes until the returned function is called. */
export function onWedge(listener: Listener): () => void {
  listeners.push(listener);
  return () => void listeners.splice(listeners.indexOf(listener), 1);
}

/** Gives a code that arrived otherwise, such as in the wrong field, to whoever would have heard of its scan. */
export function handOn(code: string): void {
  listeners.at(-1)?.(code);
}

/** The separator between the parts of a GS1 code. */
const SEPARATOR = "\u001d";

/** The character that a key stands for; null for what no scanner types. Scanners send the separator as Ctrl and ]. */
export function pressed(
  event: Pick<KeyboardEvent, "key" | "code" | "isComposing" | "ctrlKey" | "altKey" | "metaKey">,
): string | null {
  if (event.isComposing || event.altKey || event.metaKey) return null;
  if (!event.ctrlKey) return event.key;
  if (event.key === "Control") return "Shift";
  return event.key === "]" || event.key === SEPARATOR || event.code === "BracketRight" ? SEPARATOR : null;
}

function textField(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | null {
  const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return field ? target : null;
}

/** Listens to the whole window. Called once. */
export function beginWedge(): void {
  const burst = new Burst();
  let before: { field: HTMLInputElement | HTMLTextAreaElement; value: string } | null = null;
  addEventListener(
    "keydown",
    (event) => {
      const key = pressed(event);
      if (key === null) return;
      const field = textField(event.target);
      const value = field?.value ?? "";
      const code = burst.key(key, event.timeStamp);
      if (burst.length === 1) before = field && { field, value };
      if (code === null) return;
      const listener = listeners.at(-1);
      // A field that asks for a code takes it itself.
      if (!listener || field?.dataset.wedge === "keep") return;
      event.preventDefault();
      event.stopPropagation();
      if (before && before.field === field) {
        // What the scanner typed into the field is taken out again.
        field.value = before.value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      listener(code);
    },
    { capture: true },
  );
}
