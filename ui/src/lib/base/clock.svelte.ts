/** The time, as often as a screen needs it: every half minute, so that "2 min ago" stays true. */
class Clock {
  now = $state(Date.now());

  begin() {
    setInterval(() => (this.now = Date.now()), 30_000);
    document.addEventListener("visibilitychange", () => (this.now = Date.now()));
  }
}

export const clock = new Clock();
