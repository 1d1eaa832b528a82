// Where the device is, for distances and for the position of new tickets. Never waited for, never insisted on.

import type { Position } from "$lib/types";

class Whereabouts {
  position = $state.raw<Position | null>(null);
  #asked = 0;

  /** Looks again, at most every two minutes. A refusal or silence leaves what was known. */
  look() {
    const now = Date.now();
    if (now - this.#asked < 120_000 || !("geolocation" in navigator)) return;
    this.#asked = now;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Four digits are ten metres: finer would ask for distances anew with every breath.
        const round = (degrees: number) => Math.round(degrees * 1e4) / 1e4;
        this.position = { latitude: round(coords.latitude), longitude: round(coords.longitude) };
      },
      () => undefined,
      { maximumAge: 120_000, timeout: 20_000 },
    );
  }
}

export const whereabouts = new Whereabouts();
