/**
 * Works on many things, some of them at a time.
 *
 * @throws what one of them throws, when all that had begun have ended; the others do not begin then
 */
export async function inTurns<T, R>(
  items: readonly T[],
  places: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: places }, worker));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}
