// Arithmetic on quantities without floats: a decimal is a string, and a whole number of its last digits in between.

const pattern = /^([+-])?(\d+)(?:\.(\d+))?$/;

interface Scaled {
  units: bigint;
  scale: number;
}

function parse(text: string): Scaled | null {
  const match = pattern.exec(text.trim());
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  const units = BigInt(`${whole}${fraction}`);
  return { units: sign === "-" ? -units : units, scale: fraction.length };
}

function print({ units, scale }: Scaled): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function align(left: string, right: string): [bigint, bigint, number] {
  const a = parse(left) ?? { units: 0n, scale: 0 };
  const b = parse(right) ?? { units: 0n, scale: 0 };
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

/** Whether a text is a decimal. */
export function isDecimal(text: string): boolean {
  return parse(text) !== null;
}

/** More digits than that, or finer ones, nobody types on purpose: it is a code, or a slip. */
const MOST_DIGITS = 15;
const MOST_DECIMALS = 6;

/** What a typed text is when it is read as a number. */
export type NumberRead =
  | { is: "empty" }
  | { is: "number"; value: string }
  /** It can be meant in two ways; who typed it is asked. */
  | { is: "unclear"; thousands: string; decimal: string }
  | { is: "wrong"; why: "no_number" | "short_form" | "too_many_digits" | "too_fine" };

/** The same in plain characters: digits, signs and stops of a Chinese keyboard, and every kind of space and apostrophe. */
export function plain(typed: string): string {
  return typed
    .replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[。｡]/g, ".")
    .replace(/−/g, "-")
    .replace(/[\s\u00a0\u2007\u2009\u202f\u3000]/g, " ")
    .replace(/[‘’ʼ]/g, "'")
    .trim();
}

/**
 * What a person typed. Commas, spaces and apostrophes part thousands; one comma before other than three digits is a decimal
 * comma. One comma before exactly three digits can be either, so it is not guessed.
 */
export function readNumber(typed: string): NumberRead {
  const text = plain(typed);
  if (text === "") return { is: "empty" };
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d{1,4}$/i.test(text)) return { is: "wrong", why: "short_form" };
  const match = /^([+-]?)(.*)$/.exec(text);
  const sign = match?.[1] === "-" ? "-" : "";
  const body = match?.[2] ?? "";
  const decimal = /^(\d*),(\d+)$/.exec(body);
  if (decimal) {
    const [, whole = "", fraction = ""] = decimal;
    const meant = whole.replace(/^0+/, "");
    if (fraction.length !== 3 || meant === "" || whole.length > 3) return counted(sign, whole, fraction);
    return { is: "unclear", thousands: `${sign}${meant}${fraction}`, decimal: `${sign}${meant}.${fraction}` };
  }
  const grouped = /^([1-9]\d{0,2}(?:([, '])\d{3})(?:\2\d{3})*|\d*)(?:([.,])(\d+))?$/.exec(body);
  // What parts the thousands cannot begin the decimals as well.
  if (!grouped || (grouped[2] === "," && grouped[3] === ",")) return { is: "wrong", why: "no_number" };
  return counted(sign, (grouped[1] ?? "").replace(/\D/g, ""), grouped[4] ?? "");
}

/** A number of these digits, unless there are none or too many. */
function counted(sign: string, whole: string, fraction: string): NumberRead {
  if (whole === "" && fraction === "") return { is: "wrong", why: "no_number" };
  const meant = whole.replace(/^0+/, "");
  const fine = fraction.replace(/0+$/, "");
  if (fine.length > MOST_DECIMALS) return { is: "wrong", why: "too_fine" };
  if (meant.length + fine.length > MOST_DIGITS) return { is: "wrong", why: "too_many_digits" };
  const scaled = parse(`${sign}${meant || "0"}${fine && `.${fine}`}`);
  return scaled ? { is: "number", value: print(scaled) } : { is: "wrong", why: "no_number" };
}

/** What a person typed, as a decimal; null when it is none, or none for certain. */
export function readDecimal(typed: string): string | null {
  const read = readNumber(typed);
  return read.is === "number" ? read.value : null;
}

export function add(left: string, right: string): string {
  const [a, b, scale] = align(left, right);
  return print({ units: a + b, scale });
}

export function subtract(left: string, right: string): string {
  const [a, b, scale] = align(left, right);
  return print({ units: a - b, scale });
}

/** Below zero, zero, above zero: as `left` is less than, equal to, greater than `right`. */
export function compare(left: string, right: string): number {
  const [a, b] = align(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isPositive(text: string): boolean {
  return isDecimal(text) && compare(text, "0") > 0;
}

/** Without superfluous zeros, for the screen. */
export function tidy(text: string): string {
  const scaled = parse(text);
  return scaled ? print(scaled) : text;
}
