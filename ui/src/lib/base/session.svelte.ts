import { door, toFailure } from "$lib/door";
import type { Failure, Right, Session, SyncView } from "$lib/types";

/** Who is here and how we stand with headquarters: what every screen may read without asking again. */
class Here {
  session = $state.raw<Session>();
  failure = $state.raw<Failure>();
  sync = $state.raw<SyncView>();

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
    if (seat === "field" || seat === "console") await this.refreshSync();
  }

  async refreshSync() {
    try {
      this.sync = await door.query("AskSync", {});
    } catch {
      // The chip keeps what it last knew; the next notice corrects it.
    }
  }

  begin() {
    door.notices((notice) => {
      if (notice.notice === "sync") this.sync = notice.sync;
      else if (notice.kinds.some((kind) => ["user", "role", "replica", "workflow"].includes(kind))) void this.refresh();
    });
  }
}

export const here = new Here();
