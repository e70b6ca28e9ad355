import { isArtifactType } from '../protocol/artifact.ts'
import type { Searcher } from './searcher.ts'

/** Finds the searchers of an artifact type. */
export interface Dispatch {
  readonly searchers: readonly Searcher[]
  /** The searchers of a type, in the order of the index; none for a type that nobody looks up. */
  searchersOf(type: string): readonly Searcher[]
}

/**
 * Makes the dispatch of a service's searchers.
 * @throws {TypeError} when two share a name, or one has no artifact type or one that the protocol does not know.
 */
export function createDispatch(searchers: readonly Searcher[]): Dispatch {
  const byName = new Map<string, Searcher>()
  const byType = new Map<string, Searcher[]>()
  for (const searcher of searchers) {
    const { name, artifactTypes } = searcher
    if (byName.has(name)) throw new TypeError(`Two searchers are named "${name}": give one of them another name`)
    byName.set(name, searcher)
    if (artifactTypes.length === 0) throw new TypeError(`Searcher "${name}" has no artifact types: name one`)
    for (const type of new Set<string>(artifactTypes)) {
      if (!isArtifactType(type)) throw new TypeError(`Searcher "${name}": artifact type "${type}" is not known`)
      byType.set(type, [...(byType.get(type) ?? []), searcher])
    }
  }
  return { searchers, searchersOf: (type) => byType.get(type) ?? [] }
}
