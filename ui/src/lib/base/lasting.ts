// What somebody typed, on the disk at once. A browser writes its local storage seconds later, so a program that the system ends
// would lose what was typed last; this is written through, and when the program begins the local storage is made like it.

const DATABASE = "outpost-drafts";
const STORE = "draft";
/** Once this is there, what is not there was cleared. */
const BEGUN = "begun";
/** Another window may have written the local storage a moment ago, and not yet this. */
const MOMENT_MILLIS = 10_000;
/** How long the program waits for it when it begins. */
const PATIENCE_MILLIS = 2_000;

/** What drafts are written to besides. */
export interface Lasting {
  put(name: string, text: string | null): void;
}

type Place = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser keeps nothing"));
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function typedAt(text: string | null | undefined): number {
  try {
    return Number((JSON.parse(text ?? "null") as { at?: number } | null)?.at) || 0;
  } catch {
    return 0;
  }
}

/** What is written in the place of a draft that was cleared: the local storage may still have it, as of a moment ago. */
const clearedAt = (now: number): string => JSON.stringify({ at: now });

function isCleared(text: string): boolean {
  try {
    return (JSON.parse(text) as { value?: unknown } | null)?.value === undefined;
  } catch {
    return false;
  }
}

/** Makes the local storage like what was kept: `kept` by name, or null if nothing ever was. */
export function recover(place: Place, family: string, kept: Map<string, string> | null, now: number): string[] {
  const names = Array.from({ length: place.length }, (_, index) => place.key(index) ?? "");
  const here = names.filter((name) => name.startsWith(family));
  if (!kept) return here;
  for (const name of here) {
    if (!kept.has(name) && now - typedAt(place.getItem(name)) > MOMENT_MILLIS) place.removeItem(name);
  }
  for (const [name, text] of kept) {
    const newer = typedAt(text) - typedAt(place.getItem(name));
    if (!name.startsWith(family) || newer < 0) continue;
    if (isCleared(text)) place.removeItem(name);
    else if (newer > 0) place.setItem(name, text);
  }
  return [];
}

class Written implements Lasting {
  #database: IDBDatabase;
  #waiting = new Map<string, string | null>();
  #writing = false;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  put(name: string, text: string | null): void {
    this.#waiting.set(name, text);
    if (!this.#writing) this.#write();
  }

  #write(): void {
    // What is typed while it is being written waits: of each draft only the newest counts.
    const next = [...this.#waiting];
    this.#waiting.clear();
    this.#writing = next.length > 0;
    if (!this.#writing) return;
    try {
      const transaction = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(STORE);
      for (const [name, text] of next) {
        store.put(text ?? clearedAt(Date.now()), name);
      }
      transaction.oncomplete = transaction.onabort = () => this.#write();
    } catch {
      // The browser has closed it: what is typed is in the local storage all the same.
      this.#writing = false;
    }
  }
}

async function begin(place: Place, family: string): Promise<Lasting> {
  const database = await open();
  const store = database.transaction(STORE).objectStore(STORE);
  const [names, texts] = await Promise.all([done(store.getAllKeys()), done(store.getAll() as IDBRequest<string[]>)]);
  const all = new Map(names.map((name, at) => [String(name), texts[at] ?? ""]));
  const begun = all.delete(BEGUN);
  const written = new Written(database);
  for (const name of recover(place, family, begun ? all : null, Date.now())) written.put(name, place.getItem(name));
  if (!begun) written.put(BEGUN, "yes");
  // What was cleared is in no local storage any more.
  const old = [...all].filter(([, text]) => isCleared(text) && Date.now() - typedAt(text) > MOMENT_MILLIS);
  const rest = database.transaction(STORE, "readwrite").objectStore(STORE);
  for (const [name] of old) rest.delete(name);
  return written;
}

/** Begins to keep what is typed; null where the browser keeps nothing, or takes too long. */
export async function lasting(place: Place | undefined, family: string): Promise<Lasting | null> {
  if (!place || !("indexedDB" in globalThis)) return null;
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MILLIS));
  return Promise.race([begin(place, family).catch(() => null), late]);
}
