import type { Item, Table } from '../../lambda/record/table';

/** A table in memory: one item an id, written as a whole and only where nobody else has written meanwhile. */
export function memoryTable(items = new Map<string, Item>()): Table {
  return {
    get: async id => items.get(id),
    async put(id, item, over) {
      if (items.get(id)?.stamp !== over) return false;
      items.set(id, structuredClone(item));
      return true;
    },
  };
}
