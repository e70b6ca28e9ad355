import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSameOrigin } from '../../../../src/core/ops/access.ts'

const host = 'localhost:8081'
const CASES: [what: string, headers: Record<string, string>, isSame: boolean][] = [
  ['both say so', { host, origin: 'http://localhost:8081', 'sec-fetch-site': 'same-origin' }, true],
  ['only "Origin" is there, as over plain HTTP', { host, origin: 'http://localhost:8081' }, true],
  ['only "Sec-Fetch-Site" is there', { host, 'sec-fetch-site': 'same-origin' }, true],
  ['a proxy speaks HTTPS', { host: 'ops.example.com', origin: 'https://ops.example.com' }, true],
  ['another site posts', { host, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }, false],
  ['another port of the machine posts', { host, origin: 'http://localhost:3000' }, false],
  ['another site hides where it is', { host, origin: 'null' }, false],
  ['the two do not agree', { host, origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }, false],
  ['a sibling posts', { host, origin: 'http://localhost:8081', 'sec-fetch-site': 'same-site' }, false],
  ['an address is entered', { host, 'sec-fetch-site': 'none' }, false],
  ['neither is there', { host }, false],
]

describe('a form', () => {
  for (const [what, headers, isSame] of CASES) {
    it(`is ${isSame ? 'taken' : 'refused'} when ${what}`, () =>
      assert.equal(isSameOrigin(new Headers(headers)), isSame))
  }
})
