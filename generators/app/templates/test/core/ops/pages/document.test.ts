import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { PAGE_POLICY, REFRESH_MS, renderDocument } from '../../../../src/core/ops/pages/document.ts'

const render = (isLive: boolean) =>
  renderDocument({ name: '<my-cts>', title: 'Status', path: '/', main: 'a & b', isLive })

describe('a page', () => {
  it('allows itself its own script, style and forms, and nothing else', () => {
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const [, content] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(render(true))!
      const hash = createHash('sha256').update(content!).digest('base64')
      assert.ok(PAGE_POLICY.includes(`${directive} 'sha256-${hash}'`), tag)
    }
    assert.ok(PAGE_POLICY.startsWith("default-src 'none'; "))
    assert.match(PAGE_POLICY, /; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/)
  })

  it('escapes the name of the service', () => {
    assert.ok(render(true).includes('<title>Status: &#60;my-cts&#62;</title>'))
  })

  it('is brought up to date by itself if it is live, without a script too', () => {
    assert.ok(render(true).includes(`<body data-every="${REFRESH_MS}">`))
    assert.match(render(true), /<noscript>/)
    assert.ok(render(false).includes('<body>'))
    assert.doesNotMatch(render(false), /<noscript>/)
  })

  it('says in its navigation where it is', () => {
    assert.equal(render(true).match(/aria-current="page"/g)?.length, 1)
  })
})
