import { MediaQuery } from "svelte/reactivity";

const side = new MediaQuery("(min-width: 720px)");
const two = new MediaQuery("(min-width: 1080px)");

/** How much room there is. */
export const viewport = {
  /** A rail instead of a bottom bar. */
  get rail() {
    return side.current;
  },
  /** A list with the detail beside it. */
  get beside() {
    return two.current;
  },
};
