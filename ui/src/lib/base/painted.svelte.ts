import { onMount } from "svelte";

/**
 * Counts the frames that were drawn since the component that asks stands on the screen, up to `limit`. What lies below
 * the fold, or beside what people wait for, comes a little in each: a finger never waits for all of it.
 */
export function framesSince(limit: number): { readonly count: number } {
  let count = $state(0);
  onMount(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () =>
      requestAnimationFrame(() => {
        // Behind the drawing, not before it.
        timer = setTimeout(() => {
          count += 1;
          if (count < limit) next();
        });
      });
    next();
    return () => {
      clearTimeout(timer);
      limit = 0;
    };
  });
  return {
    get count() {
      return count;
    },
  };
}
