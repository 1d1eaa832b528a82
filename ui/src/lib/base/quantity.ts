// A typed quantity. A hand scanner may type a code into its field, at whatever speed: a code is never a quantity.

import { plain, readNumber, type NumberRead } from "./decimal";

export type QuantityRead =
  | NumberRead
  | { is: "code"; code: string }
  /** A short code has as many digits as a large quantity: who typed it is asked. */
  | { is: "either"; code: string; quantity: string };

/** So many digits in a row nobody counts; the shortest code of an article (EAN-8) has as many. */
const CODE_DIGITS = /\d{8,}/;
/** So many digits in a row are either; a slow scanner types no faster than a person. Written in groups it is a quantity. */
const EITHER_DIGITS = /^\d{5,7}$/;
/** The shortest text that a scanner's burst is taken for, too. */
const CODE_LEAST = 4;

/** What stands in a quantity's field: a number, something to be asked about, or a code that got there. */
export function readQuantity(typed: string): QuantityRead {
  const read = readNumber(typed);
  const text = plain(typed);
  const none = read.is === "wrong" && read.why === "no_number";
  const digits = none ? CODE_DIGITS.test(text) : /^[+-]?\d{8,}/.test(text);
  const letters = none && text.length >= CODE_LEAST && /\p{L}/u.test(text);
  if (EITHER_DIGITS.test(plain(typed)) && !/[\s'’]/.test(typed.trim())) {
    return { is: "either", code: text, quantity: text.replace(/\B(?=(\d{3})+$)/g, " ") };
  }
  return digits || letters ? { is: "code", code: text } : read;
}

/** Whether somebody is in the middle of typing: what is pasted is whole. */
export function isTyping(event: Event): boolean {
  return !(event instanceof InputEvent && event.inputType === "insertFromPaste");
}

/** A code to be read by people: long rows of digits in threes, and not endless. */
export function shownCode(code: string): string {
  if (/^\d+$/.test(code)) return code.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return code.length > 40 ? `${code.slice(0, 39)}…` : code;
}
