/** A list of items that are made each time somebody reads them: of many lists, few are kept. */
export abstract class OnDemandList<Item> implements Iterable<Item> {
  abstract readonly length: number;

  /** The item at a place from 0 on that is below the length. */
  protected abstract make(index: number): Item;

  at(index: number): Item | undefined {
    return index >= 0 && index < this.length ? this.make(index) : undefined;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let index = 0; index < this.length; index++) yield this.make(index);
  }

  map<Other>(each: (item: Item, index: number) => Other): Other[] {
    return Array.from(this, each);
  }

  find(isWanted: (item: Item) => boolean): Item | undefined {
    for (const item of this) if (isWanted(item)) return item;
    return undefined;
  }
}
