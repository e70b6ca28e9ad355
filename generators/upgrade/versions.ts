const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/

/** Whether a text is a version such as `1.2.3` or `2.0.1-rc.22`. */
export function isVersion(text: string): boolean {
  return VERSION.test(text)
}

/**
 * Compares two versions by the precedence of Semantic Versioning 2.0.0, item 11.
 *
 * @returns below 0 if `a` is the lower one, above 0 if it is the higher one, 0 for equal precedence
 * @throws Error naming a text that is no version
 */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)]
  const byNumbers = compareLists(first.numbers, second.numbers)
  if (byNumbers !== 0) return byNumbers
  // a release comes after what was tried out before it
  if (first.prerelease.length === 0 || second.prerelease.length === 0) {
    return second.prerelease.length - first.prerelease.length
  }
  return compareLists(first.prerelease, second.prerelease)
}

/** Whether `a` comes after `b`. */
export function isLater(a: string, b: string): boolean {
  return compareVersions(a, b) > 0
}

type Identifier = number | string

function parse(version: string): { numbers: Identifier[]; prerelease: Identifier[] } {
  const [, major, minor, patch, prerelease] = VERSION.exec(version) ?? []
  if (major === undefined) throw new Error(`"${version}" is no version such as 1.2.3.`)
  return {
    numbers: [major, minor, patch].map(Number),
    prerelease: prerelease?.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) ?? [],
  }
}

function compareLists(a: readonly Identifier[], b: readonly Identifier[]): number {
  const place = a.findIndex((identifier, index) => identifier !== b[index])
  if (place === -1) return a.length - b.length
  const [first, second] = [a[place]!, b[place]]
  if (second === undefined) return 1
  // numbers come before words
  if (typeof first !== typeof second) return typeof first === 'number' ? -1 : 1
  return first < second ? -1 : 1
}

/**
 * Which of two ranges such as `^2.0.8` or `>=20.19.0` begins later.
 *
 * @returns `undefined` if they begin alike, or one of them is not of that kind (`*`, `file:../h3`, `1 || 2`)
 */
export function higherRange(a: string, b: string): string | undefined {
  const [first, second] = [beginning(a), beginning(b)]
  if (first === undefined || second === undefined) return undefined
  const order = compareVersions(first, second)
  return order === 0 ? undefined : order > 0 ? a : b
}

function beginning(range: string): string | undefined {
  return /^(?:[\^~]|>=)?\s*v?(\d+\.\d+\.\d+(?:-[\w.-]+)?)$/.exec(range.trim())?.[1]
}
