// Language and theme: from the system, switchable, remembered on this device.

import { overwriteGetLocale, overwriteSetLocale, type Locale } from "../../paraglide/runtime.js";

export type Theme = "system" | "light" | "dark" | "sunlight";
export const themes: Theme[] = ["system", "light", "dark", "sunlight"];

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows what was chosen.
  }
}

/** The language to begin with. */
export function startLocale(saved: string | null, wanted: readonly string[]): Locale {
  if (saved === "en" || saved === "zh-CN") return saved;
  for (const language of wanted) {
    if (language.toLowerCase().startsWith("zh")) return "zh-CN";
    if (language.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

class Preferences {
  #locale = $state<Locale>(startLocale(remembered("outpost.language"), navigator.languages ?? []));
  #theme = $state<Theme>(
    (themes as string[]).includes(remembered("outpost.theme") ?? "")
      ? (remembered("outpost.theme") as Theme)
      : "system",
  );

  get locale(): Locale {
    return this.#locale;
  }
  set locale(locale: Locale) {
    this.#locale = locale;
    remember("outpost.language", locale);
    document.documentElement.lang = locale;
  }
  get english(): boolean {
    return this.#locale === "en";
  }
  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    remember("outpost.theme", theme);
    document.documentElement.dataset.theme = theme;
  }

  /** Puts both on the document, and makes every message follow the language at once. */
  begin() {
    overwriteGetLocale(() => this.#locale);
    overwriteSetLocale((locale) => void (this.locale = locale));
    document.documentElement.lang = this.#locale;
    document.documentElement.dataset.theme = this.#theme;
  }
}

export const preferences = new Preferences();
