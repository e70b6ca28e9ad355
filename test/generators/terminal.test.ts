import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { APP_NAMESPACE } from '../../generators/app/generator.ts'
import { SEARCHER_NAMESPACE } from '../../generators/searcher/generator.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { CLEAR, DOWN, ENTER, SPACE, runAtTerminal } from './fake-terminal.ts'
import { runApp } from './yeoman.ts'

describe('someone at a terminal', () => {
  let cwd: string
  const read = (path: string) => readFile(join(cwd, path), 'utf8')
  const questions = (shown: string) => new Set([...shown.matchAll(/✔ (.+?) {1,2}\S/g)].map(([, question]) => question))

  beforeEach(async () => {
    cwd = await temporaryFolder()
  })

  it('is asked five questions, told what is wrong with an answer, and told in six lines what was made', async () => {
    await mkdir(join(cwd, 'taken'))
    await writeFile(join(cwd, 'taken/file'), '')
    const shown = await runAtTerminal(cwd, [APP_NAMESPACE], {}, [
      ['Name of the service', `a/b${ENTER}`],
      ['"a/b" cannot name a package', `${CLEAR}Taken${ENTER}`],
      ['/taken" is not empty', `${CLEAR} Acme Threats ${ENTER}`],
      ['What it is for, in one line', `Looks up${ENTER}`],
      ['hash: hash.md5, hash.sha1, hash.sha256', `${DOWN}${SPACE}${ENTER}`],
      ['virustotal: VirusTotal; its operator learns each artifact; free: 4 calls a minute, 500 a day', ENTER],
      ['Begin with file uploads on', `y${ENTER}`],
    ])
    const last = shown.slice(shown.indexOf('\nWrote ')).trim().split('\n')
    assert.match(
      last[1]!,
      /^acme-threats is in .+\/acme-threats; searchers: url \(urlhaus\), ip \(abuseipdb, urlhaus\)\.$/,
    )
    assert.equal(last.length, 6)
    assert.deepEqual((await readdir(cwd)).toSorted(), ['acme-threats', 'taken'])
    const record = JSON.parse(await read('acme-threats/.yo-rc.json')) as Record<string, Record<string, unknown>>
    const { name, description, uploadFiles } = record['generator-resilient-cts']!
    assert.deepEqual([name, description, uploadFiles], ['acme-threats', 'Looks up', true])
    assert.equal(await read('acme-threats/src/searchers/index.ts'), renderIndex(['ip', 'url']))
  })

  it('is offered the sources of the searchers, by what asking them takes', async () => {
    const options = { description: 'Looks up', searchers: 'cve,cidr', uploadFiles: false }
    const shown = await runAtTerminal(cwd, [APP_NAMESPACE, 'threats'], options, [['Sources that they ask', ENTER]])
    const offered = shown
      .slice(0, shown.indexOf('✔ Sources'))
      .split('\n')
      .map((line) => line.trim())
    const at = (text: string) => offered.findIndex((line) => line.includes(text))
    assert.ok(at('free without a key') < at('◉ nvd: NVD'))
    assert.ok(at('◉ nvd: NVD') < at('free with a key'))
    assert.ok(at('free with a key') < at('◉ abuseipdb: AbuseIPDB'))
    assert.doesNotMatch(shown, /urlhaus/)
  })

  it('is asked nothing that an option has answered', async () => {
    const options = { description: 'Looks up', searchers: 'cve', sources: 'nvd', uploadFiles: false }
    const shown = await runAtTerminal(cwd, [APP_NAMESPACE, 'threats'], options, [])
    assert.deepEqual(questions(shown), new Set())
    assert.equal(await read('threats/src/searchers/index.ts'), renderIndex(['cve']))
  })

  it('is asked the name even where a service of the default name is there, and not given that one', async () => {
    await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
    await runAtTerminal(
      cwd,
      [APP_NAMESPACE],
      { description: 'Looks up', searchers: 'url', sources: 'urlhaus', uploadFiles: false, force: true },
      [
        ['Name of the service', ENTER],
        ['/my-cts" holds a service already. Take another name', `other${ENTER}`],
      ],
    )
    assert.deepEqual((await readdir(cwd)).toSorted(), ['my-cts', 'other'])
  })

  it('is asked once whether to bring a service up to date, and told before what that does', async () => {
    await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
    const made = await read('my-cts/README.md')
    const again = (keys: string) =>
      runAtTerminal(cwd, [APP_NAMESPACE, 'my-cts'], { description: 'Looks up' }, [
        ['Replaced, unedited: ', ''],
        ['Bring it up to date', `${keys}${ENTER}`],
      ])
    assert.match(await again('n'), /^Nothing was written\.$/m)
    assert.equal(await read('my-cts/README.md'), made)
    await again('')
    assert.equal(await read('my-cts/README.md'), made.replace(/my-cts, a custom threat.+/, 'Looks up'))
  })

  it('ticks what a searcher looks up, and chooses among the sources that can', async () => {
    await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
    const shown = await runAtTerminal(join(cwd, 'my-cts'), [SEARCHER_NAMESPACE], {}, [
      ['Name of the searcher', ` a/b${ENTER}`],
      ['"a/b" cannot name a searcher', `${CLEAR} own ${ENTER}`],
      ['Artifact types that it looks up', `${SPACE}${ENTER}`],
      ['blank: a skeleton of a JSON API', ENTER],
      ['query: public, its operator learns each artifact', ENTER],
    ])
    assert.match(shown, /^Searcher own asks own about net\.uri\.$/m)
    assert.match(shown, /^src\/sources\/own\.ts is a skeleton of an API that is public, and is not asked before you/m)
    assert.equal(await read('my-cts/src/searchers/index.ts'), renderIndex(['own', 'url']))
  })
})
