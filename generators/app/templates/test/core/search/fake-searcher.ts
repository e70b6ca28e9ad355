import type { Found } from '../../../src/core/client/source.ts'
import type { ArtifactType } from '../../../src/core/protocol/artifact.ts'
import { hit, text, type Hit } from '../../../src/core/protocol/hit.ts'
import { defineSearcher, type Artifact, type SearchContext, type Searcher } from '../../../src/core/search/searcher.ts'

/** A hit like any other. */
export const threat: Hit = hit(text('Threat', 'malware'))

type Search = (artifact: Artifact, context: SearchContext) => Promise<Found>

/** A searcher with code of its own that keeps what it was asked; it may see what the team's own network may. */
export function createFakeSearcher(
  name: string,
  search: Search = async () => [threat],
  rest: Partial<Searcher> = {},
): Searcher & { asked: Artifact[] } {
  const asked: Artifact[] = []
  const artifactTypes: ArtifactType[] = ['net.uri']
  const searcher = defineSearcher({
    name,
    artifactTypes,
    reach: 'own',
    async search(artifact, context) {
      asked.push(artifact)
      return search(artifact, context)
    },
  })
  return Object.assign(searcher, rest, { asked })
}

/** A search that ends when the test says so. */
export function createGate(): { open(hits?: Hit[]): void; search(): Promise<Hit[]> } {
  let open!: (hits: Hit[]) => void
  const opened = new Promise<Hit[]>((resolve) => (open = resolve))
  return { open: (hits = [threat]) => open(hits), search: () => opened }
}
