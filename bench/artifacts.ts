/** An artifact as clients send it. */
export interface BenchArtifact {
  type: 'string' | 'process.name'
  value: string
}

/** The artifact of a finished search. */
export function knownArtifact(number: number): BenchArtifact {
  return { type: 'string', value: `known ${number}` }
}

/** An artifact whose search waits for its source's quota. */
export function waitingArtifact(number: number): BenchArtifact {
  return { type: 'process.name', value: `hold ${number}` }
}
