import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { PAGE_POLICY, renderPage, type Status } from '../../../src/core/ops/page.ts'

const now = new Date('2026-01-02T03:04:05Z')
const status: Status = {
  name: 'my-cts',
  load: { running: 2, waiting: 3, oldestSecs: 61 },
  running: 1,
  upSecs: 7200,
  store: 'MongoDB',
  searchers: [
    {
      name: 'url',
      types: ['net.uri'],
      activity: {
        hit: 11,
        none: 12,
        failed: 13,
        meanMs: 250,
        slowestMs: 4500,
        lastFailure: { kind: 'key_refused', message: 'check <URLHAUS_API_KEY>', at: now.getTime() },
      },
    },
    { name: 'ip', types: ['net.ip'] },
  ],
  results: [
    { at: now.getTime(), type: 'net.uri', value: 'http://a.example/<b>', outcomes: ['url: hit'], ms: 1234 },
    { at: now.getTime(), type: 'system.user.password', outcomes: [], ms: 5 },
  ],
  openBreakers: [],
  now,
}

/** The text of each cell, row by row. */
function cellsOf(page: string, section: string): string[][] {
  const [, part = ''] = page.split(`<section id="${section}">`)
  const rows = part.split('</section>')[0]!.match(/<tr>.*?<\/tr>/gs) ?? []
  return rows.map((row) => Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs), ([, text]) => text!))
}

describe('the status page', () => {
  it('says that the service is ready, in its title too', () => {
    const page = renderPage(status)
    assert.ok(page.includes('<title>Ready: my-cts</title>'))
    assert.ok(page.includes('<div id="state" role="status" class="state"><p>Ready: '))
  })

  it('says why it is not, and what is left alone', () => {
    const page = renderPage({ ...status, notReady: 'MongoDB does not answer', load: undefined, openBreakers: ['moon'] })
    assert.ok(page.includes('<title>Not ready: my-cts</title>'))
    assert.ok(
      page.includes(
        '<div id="state" role="status" class="state bad"><p>Not ready: MongoDB does not answer</p>' +
          '<p>moon has failed many times in a row and is left alone for a while.</p></div>',
      ),
    )
    assert.ok(page.includes('<dt>Waiting, all replicas</dt><dd>unknown</dd>'))
  })

  it('shows what there is to do', () => {
    const facts = Array.from(renderPage(status).matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g), ([, term, fact]) => [
      term,
      fact,
    ])
    assert.deepEqual(facts, [
      ['Running, all replicas', '2'],
      ['Waiting, all replicas', '3'],
      ['Oldest without a result', '61.0 s'],
      ['Running here', '1'],
      ['Up', '2 h'],
      ['Store', 'MongoDB'],
    ])
  })

  it('shows each searcher, those that did nothing too', () => {
    assert.deepEqual(cellsOf(renderPage(status), 'searchers'), [
      ['Searcher', 'Types', 'Hits', 'Nothing', 'Failed', 'Mean', 'Slowest', 'Last failure'],
      ['url', 'net.uri', '11', '12', '13', '250 ms', '4.5 s', '03:04:05 key_refused: check &#60;URLHAUS_API_KEY&#62;'],
      ['ip', 'net.ip', '0', '0', '0', '', '', ''],
    ])
  })

  it('shows the newest results, and no password', () => {
    assert.deepEqual(cellsOf(renderPage(status), 'results'), [
      ['At (UTC)', 'Type', 'Value', 'Outcomes', 'Time'],
      ['03:04:05', 'net.uri', 'http://a.example/&#60;b&#62;', 'url: hit', '1.2 s'],
      ['03:04:05', 'system.user.password', 'not shown', 'no searcher', '5 ms'],
    ])
  })

  it('says when it was shown, in a part that is kept up to date like the others', () => {
    const [main] = /<main>.*<\/main>/s.exec(renderPage(status))!
    assert.match(main, /\n<footer id="at">.*Shown at 03:04:05 UTC\.<\/footer>\n/)
  })

  it('allows itself its own script and style, and nothing else', () => {
    const page = renderPage(status)
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const [, content] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page)!
      const hash = createHash('sha256').update(content!).digest('base64')
      assert.ok(PAGE_POLICY.includes(`${directive} 'sha256-${hash}'`), tag)
    }
    assert.ok(PAGE_POLICY.startsWith("default-src 'none'; "))
    assert.doesNotMatch(page, /(?:src|href)="(?!data:)/)
  })
})
