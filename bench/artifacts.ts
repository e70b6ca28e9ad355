/** An artifact as clients send it. */
export interface BenchArtifact {
  type: 'string'
  value: string
}

/** The artifact of a finished search. */
export function knownArtifact(number: number): BenchArtifact {
  return { type: 'string', value: `known ${number}` }
}

/** An artifact whose search waits for its source's quota: the searcher knows it by its first word. */
export function waitingArtifact(number: number): BenchArtifact {
  return { type: 'string', value: `hold ${number}` }
}
