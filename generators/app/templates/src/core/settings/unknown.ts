/** What Kubernetes and Docker set for a service that is called as one of the prefixes is. */
const SET_BY_OTHERS = /_SERVICE_HOST$|_PORT(_\w+)?$/

/**
 * A sentence about each variable that begins as settings do, has a value, and is none: most likely it is misspelt.
 * @param names all settings.
 */
export function unknownSettings(
  env: Record<string, string | undefined>,
  names: readonly string[],
  prefixes: readonly string[],
): string[] {
  const known = names.flatMap((name) => [name, `${name}_FILE`])
  return Object.keys(env)
    .filter((name) => env[name] && prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.includes(name) && !SET_BY_OTHERS.test(name))
    .map((name) => {
      const near = nearest(name, known)
      return near ? `${name} is no setting: did you mean ${near}?` : `${name} is no setting of this service`
    })
}

/** How many letters must be added, left out, changed or swapped with their neighbour to make one word of another. */
export function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= from.length; row++) {
    const line = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      line[column] = Math.min(
        line[column - 1]! + 1,
        rows[row - 1]![column]! + 1,
        rows[row - 1]![column - 1]! + (same ? 0 : 1),
        swapped ? rows[row - 2]![column - 2]! + 1 : Infinity,
      )
    }
    rows.push(line)
  }
  return rows[from.length]![to.length]!
}

/** The known name that a mistyped one was meant to be, unless every name is too far from it. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase()
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined
}
