import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { defineSource, type ArtifactType } from '../../../src/core/define.ts'
import { createFolder } from '../lists/lists-under-test.ts'
import { createFakeSearcher } from '../search/fake-searcher.ts'
import { play } from './play.ts'

const searchersOf = (type: ArtifactType) =>
  (['own', 'query'] as const).map((reach) =>
    createFakeSearcher(reach === 'own' ? 'home' : 'moon', undefined, { reach, artifactTypes: [type] }),
  )

/** What the command prints, for two sources of that type: one of our own and a public one. */
async function gate(type: ArtifactType, value: string, env: Record<string, string> = {}): Promise<string> {
  const { status, printed } = await play(['gate', type, value], { env, searchers: searchersOf(type) })
  assert.equal(status, 0)
  return printed
}

describe('npm run soar -- gate', () => {
  it('shows the canonical form, the marks, and what each source would be sent, whole or in part', async () => {
    const url = 'hxxp://jane@evil[.]example/a?u=jane%40contoso.com#x'
    assert.equal(
      await gate('net.uri', url, { CTS_OWN: 'contoso.com' }),
      [
        'canonical form  http://evil.example/a?u=jane%40contoso.com',
        'marks           none',
        'of its query    own',
        '',
        'source  reach  may see  asked',
        'home    own             yes: http://evil.example/a?u=jane%40contoso.com',
        'moon    query           yes, in part: http://evil.example/a',
      ].join('\n'),
    )
  })

  it('says why a source is not asked, and what it may see by its settings', async () => {
    const env = { HOME_ASK: 'never', MOON_MAY_SEE: 'good' }
    assert.match(
      await gate('net.ip', '10.0.0.1', env),
      /\nhome {4}own +no: switched off \(switched off\)\nmoon {4}query {2}good {5}no: a private address \(private\)$/,
    )
  })

  it('heeds local lists, and says when they cannot be used', async (t) => {
    const folder = createFolder(t, { 'own/a.txt': 'contoso.com' })
    const env = { CTS_LISTS: folder.path }
    assert.match(
      await gate('net.name', 'www.contoso.com', env),
      /\nmoon {4}query +no: one of our own addresses \(own\)$/,
    )
    folder.write('own/a.txt', '')
    const { status, told } = await play(['gate', 'net.name', 'contoso.com'], { env })
    assert.equal(status, 1)
    assert.match(told, /^The lists are wrong:\n {2}list own\/a\.txt has no entries/)
  })

  it('says what is wrong with a value that is not what its type says', async () => {
    assert.match(
      await gate('net.ip', '010.0.0.1'),
      /^canonical form {2}010\.0\.0\.1\nmalformed {7}the value is no IP address\nmarks {11}malformed\n/,
    )
  })

  it('says when a source is asked only if others find nothing, and when every query is cut', async () => {
    const printed = await gate('net.uri', 'http://evil.example/?x=1', {
      MOON_ASK: 'if-nothing-found',
      CTS_URL_QUERIES: 'cut',
    })
    assert.match(printed, /\nof its query {4}always cut\n/)
    assert.match(printed, /\nmoon {4}query +if nothing is found, in part: http:\/\/evil\.example\/$/)
  })

  it('shows of a file its content’s hash where that is all that a source may see', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'cts-'))
    t.after(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'plan.doc'), 'abc')
    const searchers = searchersOf('file.content')
    const { printed } = await play(['gate', 'file.content', '--file', join(folder, 'plan.doc')], { searchers })
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.match(printed, /\nhome {4}own {13}yes, with its content: plan\.doc\n/)
    assert.ok(printed.endsWith(`\nmoon    query           yes, in part: ${sha256}`), printed)
  })

  it('says that there is no such file, as scan does', async () => {
    const none = join(tmpdir(), 'cts-none', 'a.bin')
    for (const command of ['gate', 'scan']) {
      for (const [path, problem] of [
        [none, 'there is no such file (ENOENT)'],
        [tmpdir(), 'it is no file'],
      ] as const) {
        const { status, told } = await play([command, 'file.content', 'x', '--file', path])
        assert.deepEqual([status, told], [1, `The file "${path}" cannot be read: ${problem}`])
      }
    }
  })

  it('counts what local lists say is ours', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'cts-'))
    t.after(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'own'))
    await writeFile(join(folder, 'own', 'ours.txt'), 'contoso.com\n')
    assert.match(await gate('net.name', 'www.contoso.com', { CTS_LISTS: folder }), /\nmarks {11}own\n/)
    const { status, told } = await play(['gate', 'net.ip', '192.0.2.1'], { env: { CTS_LISTS: join(folder, 'none') } })
    assert.deepEqual([status, told.split('\n')[0]], [1, 'The lists are wrong:'])
  })

  it('names the sources that a source asks in turn, and says what these may see', async () => {
    const moon = defineSource({ id: 'moon', title: 'Moon', url: 'https://moon.example', lookUp: {} })
    const home = createFakeSearcher('home', undefined, { asks: [moon], artifactTypes: ['net.name'] })
    const rows = async (value: string, env: Record<string, string> = {}) => {
      const { printed } = await play(['gate', 'net.name', value], { env, searchers: [home] })
      return printed.split('\n').slice(-2)
    }
    assert.deepEqual(await rows('evil.example'), [
      'home           query           yes: evil.example',
      'moon, by home  query           yes: evil.example',
    ])
    assert.deepEqual(await rows('evil.example', { MOON_ASK: 'never' }), [
      'home           query           yes: evil.example',
      'moon, by home  query           no: switched off (switched off)',
    ])
    assert.deepEqual(await rows('nas.local', { HOME_MAY_SEE: 'private' }), [
      'home           query  private  yes: nas.local',
      'moon, by home  query           no: a private address (private)',
    ])
    assert.deepEqual(await rows('evil.example', { HOME_ASK: 'never' }), [
      'home           query           no: switched off (switched off)',
      'moon, by home  query           no: switched off (switched off)',
    ])
  })

  it('says that a source which may see a URL only in part is not asked by one that is given the whole', async () => {
    const moon = defineSource({ id: 'moon', title: 'Moon', url: 'https://moon.example', lookUp: {} })
    const home = createFakeSearcher('home', undefined, { asks: [moon] })
    const env = { CTS_OWN: 'contoso.com', HOME_MAY_SEE: 'own' }
    const { printed } = await play(['gate', 'net.uri', 'http://evil.example/?u=contoso.com'], {
      env,
      searchers: [home],
    })
    assert.match(
      printed,
      /\nhome .+yes: http:\/\/evil\.example\/\?u=contoso\.com\nmoon, by home .+no: a URL with a query \(query\)$/,
    )
  })

  it('gives all of it as JSON', async () => {
    const { printed } = await play(['gate', 'net.name', 'NAS.local', '--json'], { searchers: searchersOf('net.name') })
    assert.deepEqual(JSON.parse(printed), {
      type: 'net.name',
      value: 'nas.local',
      marks: ['private'],
      queryMarks: [],
      sources: [
        {
          source: 'home',
          reach: 'own',
          maySee: [],
          sent: 'nas.local',
          cut: false,
          content: false,
          ifNothingFound: false,
        },
        { source: 'moon', reach: 'query', maySee: [], rule: 'private' },
      ],
    })
  })

  it('says so when no searcher takes a type, and what the service would refuse', async () => {
    const none = await play(['gate', 'net.mac', '00:00:5e:00:53:01'])
    assert.match(none.printed, /\n\nNo searcher of this service takes net\.mac\.$/)
    const refused = await play(['gate', 'net.port', 'http'])
    assert.deepEqual(
      [refused.status, refused.told],
      [1, 'The service takes no such artifact: "value" must be a number'],
    )
  })
})
