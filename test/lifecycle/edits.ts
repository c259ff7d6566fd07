import { CONNECTIONS, type Edit, LAGS, MOST_MEMBERSHIPS } from './scenarios';
import type { Declared, Membership } from './templates';

/**
 * The template after one more edit; one that cannot be done changes nothing.
 *
 * @param newId makes a logical id that the template did not have before
 */
export function edited(template: Declared, edit: Edit, newId: () => string): Declared {
  if (edit.edit === 'declare') return edit.declared;
  const ids = Object.keys(template);
  const free = CONNECTIONS.filter(id => !Object.values(template).some(({ connectionId }) => connectionId === id));
  if (edit.edit === 'add') {
    const connectionId = free[edit.connection % Math.max(1, free.length)];
    const lagId = LAGS[edit.lag % LAGS.length];
    if (connectionId === undefined || lagId === undefined || ids.length >= MOST_MEMBERSHIPS) return template;
    return { ...template, [newId()]: { connectionId, lagId, ...edit.options } };
  }
  const id = ids[edit.membership % Math.max(1, ids.length)];
  const membership = id === undefined ? undefined : template[id];
  if (id === undefined || membership === undefined) return template;
  const { [id]: _, ...others } = template;
  const changed = (change: Partial<Membership>) => ({ ...template, [id]: { ...membership, ...change } });
  switch (edit.edit) {
    case 'remove':
      return others;
    case 'rename':
      return { ...others, [newId()]: membership };
    case 'move':
      return changed({ lagId: LAGS[edit.lag % LAGS.length] ?? membership.lagId });
    case 'swap connection':
      return changed({ connectionId: free[edit.connection % Math.max(1, free.length)] ?? membership.connectionId });
    case 'change options':
      return {
        ...template,
        [id]: { connectionId: membership.connectionId, lagId: membership.lagId, ...edit.options },
      };
  }
}
