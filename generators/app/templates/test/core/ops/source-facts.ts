import type { SourceFacts } from '../../../src/core/ops/sources/source-facts.ts'

/** The facts of a source that is well, but for what a test says. Its time is 0. */
export function sourceFacts(changes: Partial<SourceFacts> = {}): SourceFacts {
  return {
    id: 'moon',
    title: 'Moon',
    types: ['net.uri'],
    reach: 'query',
    maySee: [],
    ask: 'always',
    settings: { key: 'MOON_API_KEY', rateLimit: 'MOON_RATE_LIMIT' },
    turns: { windows: [], nextAt: 0, isTold: false, now: 0 },
    waiting: { lookUp: 'moon', count: 0 },
    ...changes,
  }
}
