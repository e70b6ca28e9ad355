import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html } from '../../../../src/core/ops/pages/html.ts'

describe('markup', () => {
  it('has every text in it escaped, and other markup as it is', () => {
    const inner = html`<b>${'<script>'}</b>`
    assert.equal(
      html`<p title="${'"\''}">${inner}${['&', inner]}</p>`.text,
      '<p title="&#34;&#39;"><b>&#60;script&#62;</b>&#38;<b>&#60;script&#62;</b></p>',
    )
  })

  it('leaves out what is missing, but not 0', () => {
    assert.equal(html`${undefined}${false}${0}${''}`.text, '0')
  })
})
