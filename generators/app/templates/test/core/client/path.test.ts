import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http } from 'msw'
import { createMoonClient, full } from './ask-moon.ts'
import { lookup } from './moon.ts'

const anywhere = http.all('*', full)
const leadsAway = {
  name: 'SourceError',
  kind: 'error',
  message: 'Moon was not asked: the path of the request leads away from its address',
}

describe('the path of a request', () => {
  for (const path of [
    '//other.example/',
    '/\\other.example/',
    '\\\\other.example/',
    '@other.example/',
    ':8443/look',
    '.other.example/look',
    'https://other.example/look',
    '',
    'look',
    '/a/../b',
    '/a/%2e%2e/b',
    '/a/%2E./b',
    '/a/./b',
    '/a/..',
    '/..',
    '/a\\..\\b',
    '/a?key=1',
    '/a#b',
    // what the standard of URLs takes out of one, so that the rest leads up
    '/a/.\t./b',
    '/a/.\n./b',
    '/a/.. ',
    '/a/..\u0000',
    '/a b',
    '/ä',
  ]) {
    it(`is refused, and nothing sent, if it is ${JSON.stringify(path)}`, async () => {
      for (const url of ['https://moon.example', 'https://moon.example/own']) {
        const { ask, requests, calls, told } = createMoonClient({ settings: { url } })
        await assert.rejects(ask(anywhere, { ...lookup, path }), leadsAway)
        assert.deepEqual([requests, calls, told], [[], [], []])
      }
    })
  }

  for (const [path, sent] of [
    ['/', '/'],
    ['/a/b/', '/a/b/'],
    ['/...', '/...'],
    ['/a..b/..c', '/a..b/..c'],
    [`/${encodeURIComponent('../ä?#/\\')}`, '/..%2F%C3%A4%3F%23%2F%5C'],
    ["/a,b;c=d:e@f!(g)*'~$&+", "/a,b;c=d:e@f!(g)*'~$&+"],
    ['/a//b', '/a//b'],
  ] as const) {
    it(`is sent as it is if it is "${path}"`, async () => {
      const { ask, requests } = createMoonClient()
      await ask(anywhere, { ...lookup, path })
      assert.equal(requests[0]!.url, `https://moon.example${sent}`)
    })
  }

  it('goes below the path of an own instance', async () => {
    for (const url of ['https://own.example/misp', 'https://own.example/misp/']) {
      const { ask, requests } = createMoonClient({ settings: { url } })
      await ask(anywhere, { ...lookup, path: '/look', query: { a: '1' } })
      assert.equal(requests[0]!.url, 'https://own.example/misp/look?a=1')
      assert.equal(requests[0]!.headers.get('x-key'), 'secret')
    }
  })
})
