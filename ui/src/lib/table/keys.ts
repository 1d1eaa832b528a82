/** Single keys as commands, beside a scanner that types just as well. */

/** Longer than between two characters of a scanner: a lone key was a person's. */
const LONE = 60;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/**
 * Runs a command when its key is pressed alone, outside fields and dialogs. Returns the function that stops it.
 * Keys are as `KeyboardEvent.key`, letters in lower case.
 */
export function onLoneKey(commands: () => Partial<Record<string, () => void>>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function listen(event: KeyboardEvent) {
    clearTimeout(timer);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target) || document.querySelector("[role=dialog]")) return;
    const run = commands()[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    // Firefox searches in the page on "/".
    if (event.key === "/") event.preventDefault();
    if (event.key === "Escape") run();
    else timer = setTimeout(run, LONE);
  }
  addEventListener("keydown", listen);
  return () => {
    clearTimeout(timer);
    removeEventListener("keydown", listen);
  };
}
