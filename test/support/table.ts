import type { Item, Table, WholeTable } from '../../lambda/record/table';

/**
 * A table in memory: one item an id, written as a whole and only where nobody else has written meanwhile.
 *
 * @param pageSize how many items a page has
 */
export function memoryTable(items = new Map<string, Item>(), pageSize = 100): Table & WholeTable {
  return {
    async page(next) {
      const ids = [...items.keys()];
      const start = next === undefined ? 0 : ids.indexOf(next) + 1;
      const page = new Map([...items].slice(start, start + pageSize));
      const last = ids[start + pageSize - 1];
      return { items: page, ...(start + pageSize < ids.length && last !== undefined ? { next: last } : {}) };
    },
    get: async id => items.get(id),
    async put(id, item, over) {
      if (items.get(id)?.stamp !== over) return false;
      items.set(id, structuredClone(item));
      return true;
    },
  };
}
