import { concerns, door, restsOn, toFailure } from "$lib/door";
import type { Failure, Right, Session, SyncView } from "$lib/types";

/** Who is here and how we stand with headquarters: what every screen may read without asking again. */
class Here {
  session = $state.raw<Session>();
  failure = $state.raw<Failure>();
  sync = $state.raw<SyncView>();
  #turn = 0;

  can(right: Right): boolean {
    return this.session?.rights.includes(right) ?? false;
  }

  /** Asks again who is here: at the start, after enrolling, after signing in or out. */
  async refresh() {
    try {
      this.session = await door.query("AskSession", {});
      this.failure = undefined;
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.failure = failure;
    }
    const seat = this.session?.seat;
    // One that was emptied says so where it is enrolled again.
    if (seat === "field" || seat === "console" || seat === "unenrolled") await this.refreshSync();
  }

  async refreshSync() {
    const mine = ++this.#turn;
    try {
      const sync = await door.query("AskSync", {});
      // Only the newest answer counts, whichever arrives last.
      if (mine === this.#turn) this.sync = sync;
    } catch {
      // The chip keeps what it last knew; the next notice corrects it.
    }
  }

  begin() {
    door.notices((notice) => {
      // What a notice knows of the line leaves out the matters that need this person: the question counts them too.
      if (notice.notice === "sync") return void this.refreshSync();
      if (this.session && concerns(notice, restsOn(this.session))) void this.refresh();
      else if (this.sync && concerns(notice, restsOn(this.sync))) void this.refreshSync();
    });
    // A notice that was missed while the stream was down must not leave the chip untrue for long.
    setInterval(() => {
      if (!document.hidden && this.sync) void this.refreshSync();
    }, 30_000);
  }
}

export const here = new Here();
