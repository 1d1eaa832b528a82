/** What a person chose on a screen of this device, so that the screen opens the same way again. */

export function recall<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`outpost.${key}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`outpost.${key}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still shows what was chosen.
  }
}
