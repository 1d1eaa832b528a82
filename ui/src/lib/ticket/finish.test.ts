import { afterEach, describe, expect, it } from "vitest";
import { drafts } from "$lib/base/draft";
import { Typed, type Saved } from "./demand/typed.svelte";
import { finish } from "./finish";
import { Saves } from "./saves.svelte";

/** A demand with what headquarters' half of the program has of it. */
class Field {
  #saved: Saved = { value: "", at: 0 };
  refuses = false;
  /** What stood there when each value that was given was begun. */
  from: string[] = [];
  typed: Typed;

  constructor(
    readonly demand: string,
    log: string[],
    valueOf = (text: string): string | null => text.trim(),
  ) {
    this.typed = new Typed({
      key: () => `step.t.s.${demand}`,
      saved: () => this.#saved,
      valueOf,
      give: async (value, from) => {
        log.push(`${demand} = ${value}`);
        this.from.push(from);
        await Promise.resolve();
        if (!this.refuses) this.saved = value;
        return !this.refuses;
      },
    });
  }

  get saved(): string {
    return this.#saved.value;
  }

  set saved(value: string) {
    this.#saved = { value, at: this.#saved.at + 1 };
  }

  /** A colleague's entry arrives. */
  arrives(value: string) {
    this.#saved = { value, at: this.#saved.at + 1, theirs: "chen" };
  }
}

/** Nothing that is shown has heard yet of what was saved. */
const stale = { value: "7", at: 1 };

function step(valueOf?: (text: string) => string | null) {
  const log: string[] = [];
  const saves = new Saves();
  const [voltage, cause] = [new Field("voltage", log, valueOf), new Field("cause", log)];
  for (const field of [voltage, cause]) saves.keep(field.demand, field.typed);
  const end = () =>
    finish({
      saves,
      missing: async () => {
        log.push("asked");
        return [voltage, cause].filter(({ saved }) => saved === "").map(({ demand }) => demand);
      },
      complete: async () => {
        log.push("completed");
        return true;
      },
    });
  return { log, saves, voltage, cause, end };
}

afterEach(() => drafts.forget());

describe("finishing a step", () => {
  it("saves first what stands in the fields, a restored draft as well", async () => {
    // As after a reload: the drafts were there before the fields.
    drafts.write("step.t.s.voltage", { text: "9", from: "7" });
    const { log, voltage, cause, end } = step();
    voltage.saved = "7";
    expect(voltage.typed.text).toBe("9");
    expect([voltage.typed.unsaved, cause.typed.unsaved]).toEqual([true, false]);
    cause.typed.text = "worn ";
    expect(cause.typed.fills).toBe(true);
    expect(await end()).toEqual({ is: "done" });
    expect(log).toEqual(["voltage = 9", "cause = worn", "asked", "completed"]);
    expect([voltage.saved, voltage.typed.unsaved, cause.typed.unsaved]).toEqual(["9", false, false]);
    expect(drafts.read("step.t.s.voltage")).toBeNull();
  });

  it("stops when one cannot be saved, and keeps it", async () => {
    const { log, voltage, cause, end } = step();
    voltage.typed.text = "9";
    voltage.refuses = true;
    cause.typed.text = "worn";
    expect(await end()).toEqual({ is: "unsaved", demands: ["voltage"] });
    expect(log).toEqual(["voltage = 9", "cause = worn"]);
    expect([voltage.typed.text, voltage.typed.unsaved]).toEqual(["9", true]);
    voltage.refuses = false;
    expect(await end()).toEqual({ is: "done" });
  });

  it("stops at what is no value for certain", async () => {
    const { log, voltage, cause, end } = step((text) => (text === "1,000" ? null : text));
    cause.saved = "worn";
    voltage.saved = "7";
    voltage.typed.text = "1,000";
    expect(voltage.typed.fills).toBe(false);
    expect(await end()).toEqual({ is: "unsaved", demands: ["voltage"] });
    expect(log).toEqual([]);
  });

  it("says what is missing, and does not end", async () => {
    const { log, voltage, end } = step();
    voltage.typed.text = "9";
    expect(await end()).toEqual({ is: "missing", demands: ["cause"] });
    expect(log).toEqual(["voltage = 9", "asked"]);
  });

  it("waits for what is being saved, and does not save it twice", async () => {
    const { log, voltage, cause, end } = step();
    cause.saved = "worn";
    voltage.typed.text = "9";
    void voltage.typed.save();
    expect(await end()).toEqual({ is: "done" });
    expect(log.filter((line) => line.startsWith("voltage"))).toEqual(["voltage = 9"]);
  });

  it("marks where it ended, until the next try", () => {
    const { saves } = step();
    saves.lacks("missing", ["cause"]);
    expect([saves.lackOf("cause"), saves.lackOf("voltage")]).toEqual(["missing", undefined]);
    saves.lacks("unsaved", ["voltage"]);
    expect([saves.lackOf("cause"), saves.lackOf("voltage")]).toEqual([undefined, "unsaved"]);
  });

  it("forgets a demand that is not shown any more", async () => {
    const { saves, voltage } = step();
    const next = new Field("voltage", []);
    const leave = saves.keep("voltage", next.typed);
    expect(saves.of("voltage")).toBe(next.typed);
    leave();
    expect(saves.of("voltage")).toBeUndefined();
    saves.keep("voltage", voltage.typed);
    leave();
    expect(saves.of("voltage")).toBe(voltage.typed);
  });
});

describe("a typed value", () => {
  it("is no draft once it is what is saved", () => {
    const { voltage } = step();
    voltage.saved = "7";
    voltage.typed.text = "9";
    voltage.typed.text = "7";
    expect([voltage.typed.unsaved, drafts.read("step.t.s.voltage")]).toEqual([false, null]);
  });

  it("typed while it is being saved is saved as well", async () => {
    const { log, voltage } = step();
    voltage.typed.text = "9";
    const saving = voltage.typed.save();
    voltage.typed.text = "95";
    expect(await saving).toBe(true);
    expect(log).toEqual(["voltage = 9", "voltage = 95"]);
    expect([voltage.saved, voltage.typed.unsaved]).toEqual(["95", false]);
  });

  it("stands until the ticket knows of it, and can be put back before", async () => {
    const log: string[] = [];
    const slow = new Typed({
      key: () => "step.t.s.slow",
      saved: () => stale,
      valueOf: (text) => text,
      give: async (value) => log.push(value) > 0,
    });
    slow.text = "9";
    await slow.save();
    expect([slow.text, slow.unsaved]).toEqual(["9", false]);
    slow.text = "7";
    await slow.save();
    expect(log).toEqual(["9", "7"]);
    expect(slow.text).toBe("7");
  });

  it("gives way to what somebody else saves later, also to what was there before", async () => {
    const { voltage } = step();
    voltage.saved = "7";
    voltage.typed.text = "9";
    await voltage.typed.save();
    voltage.saved = "7";
    expect(voltage.typed.text).toBe("7");
  });
});

describe("what stood in a field when somebody began to type", () => {
  it("goes with the value, also when what is typed outlives the program", async () => {
    const { voltage } = step();
    voltage.saved = "7";
    voltage.typed.text = "8";
    voltage.typed.text = "9";
    const later = new Field("voltage", []);
    later.saved = "7";
    expect(later.typed.text).toBe("9");
    await voltage.typed.save();
    voltage.typed.text = "10";
    await voltage.typed.save();
    expect(voltage.from).toEqual(["7", "9"]);
  });

  it("is what was saved, for what is typed while that is being saved", async () => {
    const { voltage } = step();
    voltage.typed.text = "9";
    const saving = voltage.typed.save();
    voltage.typed.text = "95";
    await saving;
    expect(voltage.from).toEqual(["", "9"]);
  });

  it("is nothing typed, when it is put back", () => {
    const { voltage } = step();
    voltage.saved = "7";
    voltage.typed.text = "78";
    voltage.arrives("9");
    voltage.typed.text = "7";
    expect([voltage.typed.unsaved, voltage.typed.text]).toEqual([false, "9"]);
  });
});

describe("a value that a colleague entered meanwhile", () => {
  it("is to be chosen before anything is saved: theirs", async () => {
    const { log, voltage, cause, end } = step();
    cause.saved = "worn";
    voltage.typed.text = "9";
    voltage.arrives("8");
    expect([voltage.typed.text, voltage.typed.meanwhile?.value]).toEqual(["9", "8"]);
    expect(await end()).toEqual({ is: "unsaved", demands: ["voltage"] });
    expect(log).toEqual([]);
    voltage.typed.giveWay();
    expect([voltage.typed.text, voltage.typed.meanwhile]).toEqual(["8", null]);
    expect(await end()).toEqual({ is: "done" });
    expect(voltage.from).toEqual([]);
  });

  it("or one's own, which says then that theirs was seen", async () => {
    const { voltage } = step();
    voltage.typed.text = "9";
    voltage.arrives("8");
    expect(await voltage.typed.insist()).toBe(true);
    expect([voltage.saved, voltage.from, voltage.typed.unsaved]).toEqual(["9", ["8"], false]);
  });

  it("is no question when it is the same, or was there before", () => {
    const { voltage } = step();
    voltage.arrives("8");
    voltage.typed.text = "9";
    expect(voltage.typed.meanwhile).toBeNull();
    voltage.arrives("9");
    expect(voltage.typed.meanwhile).toBeNull();
  });
});
