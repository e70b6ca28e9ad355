import { type Files, withLf, withLineEndsOf } from './texts.ts'
import { followMoves, isCode } from './imports.ts'
import { type Kind, type Step, type Surroundings, leaving } from './step.ts'

/** The owner's own code, whose imports follow what has moved. */
export function followSteps(emitted: ReadonlySet<string>, { disk, moves }: Surroundings): Step[] {
  return [...disk].flatMap(([path, found]) => {
    if (emitted.has(path) || !isCode(path)) return []
    const text = followMoves({ text: withLf(found), path, moves })
    return changing({ kind: 'follow', path, text, found })
  })
}

/** Files that are made from what the service holds. */
export function makeSteps(made: Files, disk: Files): Step[] {
  return [...made].flatMap(([path, text]) => {
    const found = disk.get(path)
    return changing({ kind: found === undefined ? 'add' : 'make', path, text, found })
  })
}

interface Change {
  kind: Kind
  path: string
  text: string
  found: string | undefined
}

function changing({ kind, path, text, found }: Change): Step[] {
  if (found !== undefined && withLf(found) === text) return []
  return [{ ...leaving(path), kind, writes: [{ path, text: withLineEndsOf(found, text), like: path }] }]
}
