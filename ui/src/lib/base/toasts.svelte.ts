import type { Sentence } from "$lib/messages/sentences";

export type ToastTone = "done" | "needs" | "wrong" | "waiting";

export interface Toast {
  id: number;
  tone: ToastTone;
  /** What happened; what is safe; what to do. The last two may be empty. */
  sentence: Sentence;
  /** A verb, such as "Undo". */
  action?: { label: string; run: () => void };
}

let next = 1;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows one, and returns its id. What needs a person stays longer; nothing needs to be closed by hand. */
  show(tone: ToastTone, sentence: Sentence | string, options: { action?: Toast["action"]; millis?: number } = {}) {
    const id = next++;
    const whole = typeof sentence === "string" ? { what: sentence, safe: "", next: "" } : sentence;
    this.list = [...this.list.slice(-1), { id, tone, sentence: whole, action: options.action }];
    const millis = options.millis ?? (tone === "done" || tone === "waiting" ? 4_000 : 12_000);
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), millis),
    );
    return id;
  }

  close(id: number) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
