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

/** What a person typed, as a decimal; null when it is none. A comma and full-width digits are understood. */
export function readDecimal(typed: string): string | null {
  const plain = typed
    .trim()
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[，,。．]/g, ".")
    .replace(/[－−]/g, "-")
    .replace(/^([+-])?\./, "$10.");
  const scaled = parse(plain);
  return scaled && print(scaled);
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
