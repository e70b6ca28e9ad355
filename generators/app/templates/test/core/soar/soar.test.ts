import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, it } from 'node:test'
import { artifactValues } from '../../../src/core/protocol/artifact.ts'
import { hit, latLng, text } from '../../../src/core/protocol/hit.ts'
import { createFakeSearcher, threat } from '../search/fake-searcher.ts'
import { until } from '../until.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from '../service-under-test.ts'
import { play, type Fetch } from './play.ts'

interface Scanned {
  notAsked: unknown[]
}

describe('npm run soar, against the service', () => {
  let service: ServiceUnderTest
  afterEach(() => service.stop())

  const playWith = async (args: string[], choices: Choices, env?: Record<string, string>) => {
    service = await createServiceUnderTest(choices)
    return play(args, { fetch: ask, env, searchers: choices.searchers })
  }
  /** The service as it answers after the time that SOAR would have slept: its search is done. */
  const ask: Fetch = async (address, init) => {
    let response = await service.app.request(address, init)
    if (init.method === 'GET') {
      await until(async () => {
        if (response.status === 303) response = await service.app.request(address, init)
        return response.status !== 303
      })
    }
    return response
  }
  const url = createFakeSearcher('url')

  it('scans an artifact to its hits and waits as long as the service says', async () => {
    const searcher = createFakeSearcher('url', async () => [hit(text('Threat', 'malware'), latLng('Place', 1.5, 2))])
    const { status, printed, told, slept } = await playWith(['scan', 'net.uri', 'http://a.example/'], {
      searchers: [searcher],
      settings: { retrySecs: 7 },
    })
    assert.equal(status, 0)
    assert.match(
      printed,
      /^1 hit, after 0\.\d\d s and asking once \(id [\w-]{43}\)\n\nHit 1\n {2}Threat {2}malware\n {2}Place {3}1\.5, 2$/,
    )
    assert.equal(told, 'Pending, 0 hit(s) so far. Asking again in 7 s …')
    assert.deepEqual(slept, [7000])
  })

  it('prints JSON for scripts', async () => {
    const { status, printed, told } = await playWith(['scan', 'net.uri', 'http://a.example/', '--json'], {
      searchers: [url],
    })
    const { hits, polls } = JSON.parse(printed) as { hits: unknown; polls: number }
    assert.deepEqual([status, hits, polls, told], [0, [threat], 1, ''])
  })

  it('shows which sources were not asked, and why, whether others were asked or none was', async () => {
    const [home, moon] = [createFakeSearcher('home'), createFakeSearcher('moon', undefined, { reach: 'query' })]
    for (const searchers of [[home, moon], [moon]]) {
      const args = ['scan', 'net.uri', 'http://nas.local/']
      const { printed } = await playWith(args, { searchers })
      assert.match(printed, /\n\nNot asked\n {2}moon: a private address$/)
      const { notAsked } = JSON.parse((await play([...args, '--json'], { fetch: ask, searchers })).printed) as Scanned
      assert.deepEqual(notAsked, [{ source: 'moon', rule: 'private' }])
      if (searchers.length > 1) await service.stop()
    }
  })

  it('says so when no searcher takes a type', async () => {
    const { status, printed, told } = await playWith(['scan', 'net.mac', '00:00:5e:00:53:01'], { searchers: [url] })
    assert.equal(status, 0)
    assert.match(printed, /^Nothing found, at once \(id [\w-]{43}\)$/)
    assert.equal(told, 'No searcher of this service takes net.mac.')
  })

  it('sends a type that the protocol does not name if that is wanted', async () => {
    const { status, printed } = await playWith(['scan', 'net.moon', 'x', '--any-type', '--json'], { searchers: [url] })
    assert.deepEqual([status, (JSON.parse(printed) as { hits: unknown }).hits], [0, []])
  })

  it('reads a value that is no text in its type as JSON', async () => {
    const registry = createFakeSearcher('registry', async () => [], { artifactTypes: ['system.registry'] })
    const { status } = await playWith(['scan', 'system.registry', '{"key":"HKLM"}'], { searchers: [registry] })
    assert.equal(status, 0)
    assert.deepEqual(registry.asked[0]!.value, { key: 'HKLM' })
  })

  it('sends a file if the service wants files, by its own name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cts-'))
    await writeFile(join(folder, 'a.bin'), 'content')
    const file = createFakeSearcher('file', async () => [], { artifactTypes: ['file.content'] })
    const args = ['scan', 'file.content', '--file', join(folder, 'a.bin')]
    const { status } = await playWith(args, { searchers: [file], settings: { uploadFiles: true } })
    await rm(folder, { recursive: true })
    assert.equal(status, 0)
    const [asked] = file.asked
    assert.ok(asked?.type === 'file.content')
    assert.deepEqual([asked.value.name, asked.value.size], ['a.bin', 7])
  })

  it('passes the connection test', async () => {
    const { status, printed } = await playWith(['threatservicetest'], { searchers: [url] })
    assert.equal(status, 0)
    assert.match(printed, /^The service answers as SOAR needs it/)
  })

  it('takes user and password from the settings', async () => {
    const credentials = { user: 'soar', password: 'a:b' }
    const env = { CTS_USER: 'soar', CTS_PASSWORD: 'a:b' }
    assert.equal((await playWith(['threatservicetest'], { credentials }, env)).status, 0)
  })

  it('says what SOAR makes of a wrong password, and does not send that of the settings elsewhere', async () => {
    const credentials = { user: 'soar', password: 'secret' }
    const args = ['threatservicetest', '--url', 'http://cts.example/']
    const { status, told } = await playWith(args, { credentials }, { CTS_USER: 'soar', CTS_PASSWORD: 'secret' })
    assert.equal(status, 1)
    assert.equal(
      told,
      'OPTIONS / is answered with 401: User and password are missing or wrong. SOAR disables the service until user and password are mended',
    )
  })

  it('fails with the reason when a searcher failed and nothing was found', async () => {
    const broken = createFakeSearcher('url', () => Promise.reject(new Error('x')))
    const { status, printed } = await playWith(['scan', 'net.uri', 'x', '--json'], { searchers: [broken] })
    assert.equal(status, 1)
    assert.match(
      (JSON.parse(printed) as { error: string }).error,
      /is answered with 502: Not every source could be asked: url: /,
    )
  })

  it('measures many artifacts, each of which is new', async () => {
    const searcher = createFakeSearcher('url')
    const { status, printed } = await playWith(['bench', '30', '--json'], { searchers: [searcher] })
    const { artifacts, withHits, failed } = JSON.parse(printed) as Record<string, number>
    assert.deepEqual([status, artifacts, withHits, failed], [0, 30, 30, 0])
    assert.equal(new Set(searcher.asked.map(({ value }) => value)).size, 30)
  })
})

describe('npm run soar, against something else', () => {
  const json = (body: unknown, init?: ResponseInit) => Response.json(body, init)
  const scan = ['scan', 'net.uri', 'http://a.example/']
  const answerPost =
    (response: () => Response): Fetch =>
    (_address, { method }) =>
      method === 'OPTIONS' ? json({ upload_file: false }) : response()

  const cases: [what: string, response: () => Response, message: RegExp][] = [
    [
      'a page',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      /content type is "text\/html"/,
    ],
    ['no JSON', () => new Response('x', { headers: { 'content-type': 'application/json' } }), /body is not JSON/],
    [
      'no hits',
      () => json({ id: 'a' }),
      /answered with 200, but not as the protocol has it: its body is wrong at "hits"/,
    ],
    ['retry_secs beside 200', () => json({ id: 'a', hits: [], retry_secs: 5 }), /wrong at "retry_secs"/],
    ['no retry_secs beside 303', () => json({ id: 'a' }, { status: 303 }), /wrong at "retry_secs"/],
    ['retry_secs as text', () => json({ id: 'a', retry_secs: '5' }, { status: 303 }), /wrong at "retry_secs"/],
    ['a hit without properties', () => json({ id: 'a', hits: [{ props: [] }] }), /wrong at "hits\.0\.props"/],
    [
      'a redirect',
      () => json({ id: 'a', retry_secs: 5 }, { status: 303, headers: { location: '/a' } }),
      /header "location"/,
    ],
    ['202', () => json({ id: 'a', hits: [] }, { status: 202 }), /SOAR expects 200, 303 or an error/],
    ['an error without a sentence', () => json({}, { status: 500 }), /has no "error" and "code"/],
    [
      '401 without a challenge',
      () => json({ error: 'No', code: 'UNAUTHORIZED' }, { status: 401 }),
      /no "WWW-Authenticate/,
    ],
    ['400', () => json({ error: 'No', code: 'BAD_REQUEST' }, { status: 400 }), /400: No\. SOAR does not ask again/],
  ]
  for (const [what, response, message] of cases) {
    it(`refuses ${what}`, async () => {
      const { status, told } = await play(scan, { fetch: answerPost(response) })
      assert.equal(status, 1)
      assert.match(told, message)
    })
  }

  it('refuses another id while it polls', async () => {
    let count = 0
    const fetch = answerPost(() => json({ id: `a${count++}`, retry_secs: 1 }, { status: 303 }))
    assert.match((await play(scan, { fetch })).told, /GET \/a0 is answered with another id: a1/)
  })

  it('refuses a connection test that is not complete at once', async () => {
    let count = 0
    const fetch = answerPost(() =>
      count++ === 0 ? json({ id: 'a', retry_secs: 1 }, { status: 303 }) : json({ id: 'a', hits: [] }),
    )
    assert.match((await play(['threatservicetest'], { fetch })).told, /SOAR wants a complete answer at once/)
  })

  it('says so when nothing listens there, and how to trust a certificate', async () => {
    const failing = (code: string) =>
      play(scan, {
        fetch: () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code } })),
      })
    assert.equal((await failing('ECONNREFUSED')).told, 'http://127.0.0.1:8080/ cannot be reached: ECONNREFUSED')
    assert.match((await failing('SELF_SIGNED_CERT_IN_CHAIN')).told, /NODE_EXTRA_CA_CERTS/)
  })

  it('shows nothing that a terminal would obey', async () => {
    const props = [{ type: 'string', name: 'Threat', value: 'a\u001B[2Jb\nc' }]
    const { printed } = await play(scan, {
      fetch: answerPost(() => json({ id: 'a', hits: [{ props }] })),
    })
    assert.match(printed, /Threat {2}a�\[2Jb�c$/)
  })

  it('counts failures of a bench by their message', async () => {
    const fetch = answerPost(() => json({ error: 'Out of order', code: 'BAD_GATEWAY' }, { status: 502 }))
    const { status, printed, told } = await play(['bench', '3'], { fetch })
    assert.equal(status, 1)
    assert.match(printed, /3 × POST \/ is answered with 502: Out of order/)
    assert.equal(told, '3 of 3 artifacts failed')
  })

  for (const [type, meant] of [
    ['domain', ': did you mean net.name?'],
    ['HASH', ': did you mean hash.md5, hash.sha1, hash.sha256?'],
    ['net.url', ': did you mean net.uri?'],
    ['zzz', `. Known: ${Object.keys(artifactValues).join(', ')}.`],
  ] as const) {
    it(`refuses the type ${type}, in a bench too`, async () => {
      const told = `No artifact type is called "${type}"${meant} With --any-type it is sent as it is.`
      for (const args of [
        ['scan', type, 'x'],
        ['bench', '3', '--type', type],
      ]) {
        const outcome = await play(args)
        assert.deepEqual([outcome.status, outcome.told], [1, told])
      }
    })
  }

  it('explains itself when it is not understood', async () => {
    for (const [args, sentence] of [
      [[], ''],
      [['scan'], 'The command "scan" takes other arguments:\n\n'],
      [['scan', 'net.uri', 'a', 'b'], 'The command "scan" takes other arguments:\n\n'],
      [['scann', 'a'], 'No command is called "scann": did you mean scan?\n\n'],
      [['moon'], 'No command is called "moon".\n\n'],
    ] as const) {
      const { told } = await play([...args])
      assert.equal(told.split('Plays SOAR against a running service.')[0], sentence)
    }
    assert.match((await play(['--no-such'])).told, /no-such.+npm run soar -- scan TYPE VALUE/s)
    const { told } = await play(['bench', '0'])
    assert.equal(told, 'N must be a whole number from 1, not "0"')
  })
})
