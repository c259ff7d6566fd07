/** Which of a template's resources each needs, by logical id: those that it names, and what these need. */
export function needsOf(resources: { readonly [id: string]: unknown }): Map<string, Set<string>> {
  const ids = Object.keys(resources);
  const direct = new Map(
    Object.entries(resources).map(([id, resource]) => {
      const text = JSON.stringify(resource);
      const isNamed = (other: string) =>
        text.includes(`"${other}"`) || text.includes(`"${other}.`) || text.includes(`\${${other}`);
      return [id, ids.filter(other => other !== id && isNamed(other))] as const;
    }),
  );
  const all = (id: string, seen = new Set<string>()): Set<string> => {
    for (const needed of direct.get(id) ?? []) if (!seen.has(needed)) all(needed, seen.add(needed));
    return seen;
  };
  return new Map(ids.map(id => [id, all(id)]));
}
