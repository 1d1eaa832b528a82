import { onMount } from "svelte";

/**
 * Turns true when the component that asks has stood on the screen for a moment: what lies below the fold, or beside what
 * people wait for, comes then.
 */
export function afterPaint(): { readonly now: boolean } {
  let painted = $state(false);
  onMount(() => {
    const frame = requestAnimationFrame(() => setTimeout(() => (painted = true)));
    return () => cancelAnimationFrame(frame);
  });
  return {
    get now() {
      return painted;
    },
  };
}
