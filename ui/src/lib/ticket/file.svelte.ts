// The bytes of a file, to be shown: from this machine, or from headquarters.

import { door, toFailure } from "$lib/door";
import type { FailureCode } from "$lib/types";

export class ShownFile {
  /** Its address; empty as long as it is not here. */
  url = $state("");
  /** Why it is not here. */
  hindered = $state<FailureCode>();
  #tries = $state(0);

  /** Follows a hash for as long as the component lives; an empty one asks for nothing. */
  constructor(hash: () => string) {
    // Only another file is fetched anew, not the same one whenever something else on the ticket changes.
    const sha256 = $derived(hash());
    $effect(() => {
      void this.#tries;
      if (sha256 === "") return;
      let gone = false;
      let made = "";
      door.fileUrl(sha256).then(
        (url) => {
          if (gone) return URL.revokeObjectURL(url);
          made = url;
          this.url = url;
          this.hindered = undefined;
        },
        (thrown) => {
          if (!gone) this.hindered = toFailure(thrown).code;
        },
      );
      return () => {
        gone = true;
        this.url = "";
        if (made) URL.revokeObjectURL(made);
      };
    });
  }

  /** Asks for it once more if it did not come. */
  again() {
    if (this.hindered) this.#tries += 1;
  }
}
