/**
 * A table over a choice that travels. The types name the words that this app knows; a newer program may have written another,
 * which has `newer`.
 */
export function open<K extends string, T>(known: Record<K, T>, newer: T): Record<K, T> {
  return new Proxy(known, {
    get: (table, word) => (Object.hasOwn(table, word) ? table[word as K] : newer),
  });
}
