/** A list of which a changed copy costs the square root of its length: nothing is ever mutated. */
export interface List<Item> {
  readonly length: number;
  readonly chunks: readonly (readonly Item[])[];
}

const CHUNK = 128;

export function listOf<Item>(items: readonly Item[]): List<Item> {
  const chunks: Item[][] = [];
  for (let from = 0; from < items.length; from += CHUNK)
    chunks.push(items.slice(from, from + CHUNK));
  return { length: items.length, chunks };
}

export function itemAt<Item>(list: List<Item>, index: number): Item | undefined {
  return list.chunks[Math.floor(index / CHUNK)]?.[index % CHUNK];
}

/** A copy with another item at `index`, or one longer when `index` is the length. */
export function withItem<Item>(list: List<Item>, index: number, item: Item): List<Item> {
  const at = Math.floor(index / CHUNK);
  const chunks = list.chunks.slice();
  const chunk = (chunks[at] ?? []).slice();
  chunk[index % CHUNK] = item;
  chunks[at] = chunk;
  return { length: Math.max(list.length, index + 1), chunks };
}

export function itemsOf<Item>(list: List<Item>): readonly Item[] {
  return list.chunks.flat();
}
