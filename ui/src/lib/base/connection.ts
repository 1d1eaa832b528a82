// Tells this device's program whether the line is metered, as far as the system says so: photos may have to wait for Wi-Fi.

import { door } from "$lib/door";

/** What Chromium and Android's web view know of the line; others have none of it. */
export interface Line extends EventTarget {
  readonly type?: string;
  readonly saveData?: boolean;
}

export function isMetered({ type, saveData }: Pick<Line, "type" | "saveData">): boolean {
  return type === "cellular" || saveData === true;
}

/** Tells it now and whenever it changes, until the returned function is called. Where nothing is known, nothing is told. */
export function reportConnection(line = (navigator as { connection?: Line }).connection): () => void {
  if (!line) return () => undefined;
  let told: boolean | undefined;
  const tell = () => {
    const metered = isMetered(line);
    // The line says so too when its speed changes.
    if (metered === told) return;
    told = metered;
    door.action({ name: "ReportConnection", ask: { metered } }).catch(() => {
      // The next change is told again, also if it is none.
      told = undefined;
    });
  };
  tell();
  line.addEventListener("change", tell);
  return () => line.removeEventListener("change", tell);
}
