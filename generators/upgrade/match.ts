import type { Versions } from './decide.ts'
import { type Files, withLf } from './texts.ts'
import type { Layout } from './layout.ts'

/** One file through its versions, whatever it was called in each. */
export interface Match extends Versions {
  /** Where it is to be: its new path or, if it is no longer emitted, the one that it has. */
  path: string
  /** Where the record has it. */
  was?: string | undefined
  /** Where the owner has it. */
  at?: string | undefined
  /** Whether the owner has a file of their own where it is to be. */
  occupied?: boolean
}

/** What is matched. The texts of the record and of this version have LF; those on disk, whatever they have. */
export interface Sides {
  base: Files
  /** Whether the record has all that was emitted. Without, what lies where a version had a file is taken for that file. */
  recorded: boolean
  disk: Files
  fresh: Files
  layout: Layout
}

/** Finds what belongs together in the record, on disk and in this version, along the moves. */
export function matchFiles({ base, recorded, disk, fresh, layout }: Sides): Match[] {
  const unrecorded = recorded ? [] : layout.left.filter((path) => disk.has(path))
  const earlier = [...new Set([...base.keys(), ...unrecorded])]
  const origins = originsOf(earlier, fresh, layout)
  const sources = new Set(origins.values())
  const textAt = (path: string | undefined) =>
    path !== undefined && disk.has(path) ? withLf(disk.get(path)!) : undefined

  // an interrupted run may have moved a file already, and written another one in its old place
  const isMoved = (was: string, path: string) => disk.has(path) && fresh.get(was) === textAt(was)
  const moving = [...origins].filter(([path, was]) => was !== path && disk.has(was) && !isMoved(was, path))
  const leaving = new Set(moving.map(([, was]) => was))

  const emitted = [...fresh].map(([path, text]): Match => {
    const was = origins.get(path)
    const isHere = disk.has(path) && !leaving.has(path)
    const arrives = was !== undefined && was !== path && leaving.has(was)
    const at = arrives ? was : isHere ? path : undefined
    // an unedited file may find in its new place what it is to be there
    const isDone = arrives && textAt(was) === base.get(was) && textAt(path) === text
    const occupied = arrives && isHere && textAt(path) !== base.get(path) && !isDone
    return {
      path,
      was,
      at,
      occupied,
      base: was === undefined ? undefined : base.get(was),
      ours: textAt(at),
      fresh: text,
    }
  })
  const gone = earlier.filter((path) => !sources.has(path) && !fresh.has(path))
  const dropped = gone.map((path): Match => {
    return { path, was: path, at: disk.has(path) ? path : undefined, base: base.get(path), ours: textAt(path) }
  })
  return [...emitted, ...dropped]
}

/** Which earlier path each emitted one comes from: the one that moves there, else itself. */
function originsOf(earlier: readonly string[], fresh: Files, { placeOf }: Layout): Map<string, string> {
  const moves = earlier.flatMap((path): [string, string][] => {
    const place = placeOf(path)
    return place !== undefined && place !== path && fresh.has(place) ? [[place, path]] : []
  })
  const origins = new Map(moves)
  const moved = new Set(origins.values())
  for (const path of earlier) if (fresh.has(path) && !origins.has(path) && !moved.has(path)) origins.set(path, path)
  return origins
}
