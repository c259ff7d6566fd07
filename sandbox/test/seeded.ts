/** Lehmer's generator: chance that comes the same every time, from 0 up to, but not including, 1. */
export function seeded(seed: number): () => number {
  let state = (seed * 7_919 + 12_345) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
