import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse, type RequestHandler } from 'msw'
import type { FailureKind } from '../../src/protocol/outcome.ts'
import type { Searcher } from '../../src/search/searcher.ts'
import { settingNames, type Source } from '../../src/sources/source.ts'
import { sampleArtifact } from './sample-artifact.ts'
import { KEY, trySearcher } from './try-searcher.ts'

/** How any API fails, and what is to be said of it. */
const FAILURES: { when: string; answer: () => Response; kind: FailureKind; says: (source: Source) => string }[] = [
  {
    when: 'refuses the key with 401',
    answer: () => HttpResponse.json({ error: 'wrong key' }, { status: 401 }),
    kind: 'key_refused',
    says: (source) => `${source.title} refused the key: check ${settingNames(source).key}`,
  },
  {
    when: 'answers with a page instead of JSON',
    answer: () => HttpResponse.html('<h1>Welcome</h1>'),
    kind: 'unexpected_answer',
    says: (source) => `${source.title} gave an unexpected answer: it is not JSON`,
  },
]

/**
 * Declares the tests of how a searcher fails: for each of its sources, whatever that does, the searcher says so and
 * never "nothing found".
 * @param handlers play its sources when they are well.
 */
export function describeFailures(searcher: Searcher, handlers: readonly RequestHandler[]): void {
  const artifact = sampleArtifact(searcher.artifactTypes[0]!)
  for (const source of searcher.sources ?? []) {
    describe(`when ${source.title} fails`, () => {
      for (const { when, answer, kind, says } of FAILURES) {
        it(`says so if it ${when}`, async () => {
          const failing = http.all(`${source.url}/*`, answer)
          const { hits, failure } = await trySearcher(searcher, artifact, [failing, ...handlers])
          assert.equal(hits, undefined)
          assert.deepEqual(failure, { kind, message: says(source) })
          assert.ok(!failure?.message.includes(KEY))
        })
      }
    })
  }
}
