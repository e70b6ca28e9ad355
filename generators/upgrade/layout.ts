import { isLater } from './versions.ts'

/** What a version moved or no longer emits. */
export interface LayoutChange {
  /** The first version that has it so. */
  version: string
  /** Old path → new path. */
  moves: Readonly<Record<string, string>>
  /** Paths that went without another in their place. */
  drops: readonly string[]
}

/** What has become of the paths of an earlier version. */
export interface Layout {
  /** Where a path is now: itself, if it has not moved; `undefined`, if it was dropped. */
  placeOf(path: string): string | undefined
  /** Every path that has moved or was dropped since. */
  left: readonly string[]
}

/**
 * What has changed since a version: its moves one after another, so that one path may lead over several versions and
 * may be used anew.
 *
 * @param changes in the order of their versions
 * @param since the version of the record; `undefined` for a service without one, which may be of any
 */
export function layoutSince(changes: readonly LayoutChange[], since: string | undefined): Layout {
  const later = changes.filter(({ version }) => since === undefined || isLater(version, since))
  const placeOf = (path: string) => {
    let place = path
    for (const { moves, drops } of later) {
      if (drops.includes(place)) return undefined
      if (Object.hasOwn(moves, place)) place = moves[place]!
    }
    return place
  }
  const left = later.flatMap(({ moves, drops }) => [...Object.keys(moves), ...drops])
  return { placeOf, left: [...new Set(left)] }
}

/** The emitted paths of a version that are no longer emitted, and of which no change says what became of them. */
export function unaccounted(emitted: readonly string[], now: readonly string[], { placeOf }: Layout): string[] {
  return emitted.filter((path) => {
    const place = placeOf(path)
    return place !== undefined && !now.includes(place)
  })
}
