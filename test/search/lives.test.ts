import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import type { Hit } from '../../generators/app/templates/src/core/protocol/hit.ts'
import { defineSearcher, type Searcher } from '../../generators/app/templates/src/core/search/searcher.ts'
import { epss } from '../../generators/app/templates/src/sources/epss.ts'
import { nvd } from '../../generators/app/templates/src/sources/nvd.ts'
import { urlhaus } from '../../generators/app/templates/src/sources/urlhaus.ts'
import { virustotal } from '../../generators/app/templates/src/sources/virustotal.ts'
import { cve, knowing } from '../../generators/app/templates/test/mocks/nvd.ts'
import * as urlhausApi from '../../generators/app/templates/test/mocks/urlhaus.ts'
import * as virustotalApi from '../../generators/app/templates/test/mocks/virustotal.ts'
import { server } from '../../generators/app/templates/test/core/mocks/server.ts'
import {
  createServiceUnderTest,
  type Choices,
  type ServiceUnderTest,
} from '../../generators/app/templates/test/core/service-under-test.ts'
import { onEachStore } from '../../generators/app/templates/test/core/store/on-each-store.ts'
import { until } from '../../generators/app/templates/test/core/until.ts'
import {
  createFakeSearcher,
  createGate,
  threat,
} from '../../generators/app/templates/test/core/search/fake-searcher.ts'

const HOUR = 3600
const artifact = { type: 'net.uri', value: 'http://malware.example/sample.exe' }

/** The values of some hits, by the names of their properties. */
const shownIn = (hits: readonly Hit[]) =>
  hits.map(({ props }) => Object.fromEntries(props.map(({ name, value }) => [name, value])))

onEachStore('a look-up has a life of its own', (subject) => {
  let services: ServiceUnderTest[] = []
  afterEach(async () => {
    await Promise.all(services.map(({ context }) => context.runner.stop(0)))
    services = []
  })

  const start = async (searchers: Searcher[], choices: Choices = {}) => {
    const service = await createServiceUnderTest({ searchers, store: subject.store, ...choices })
    services.push(service)
    return service
  }
  const ended = (id: string) => until(async () => !(await subject.store.findPending(id)))
  /** Posts until it is answered whole, and gives the answer. */
  const scan = async ({ caller }: ServiceUnderTest, one: { type: string; value: string } = artifact) => {
    const { id } = await caller.scanArtifact(one)
    await ended(id)
    return caller.scanResult({ id })
  }

  it('asks a source of an hour five times in five hours, and one of six hours once', async () => {
    const url = defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [urlhaus, virustotal] })
    const env = {
      URLHAUS_API_KEY: 'k',
      VIRUSTOTAL_API_KEY: 'k',
      URLHAUS_TTL_SECS: '3600',
      VIRUSTOTAL_TTL_SECS: '21600',
    }
    const service = await start([url], { env: { ...env, CTS_EGRESS: 'off' } })
    const calls = { urlhaus: 0, virustotal: 0 }
    service.events.on('sourceCalled', ({ source }) => (calls[source as keyof typeof calls] += 1))
    await server.boundary(async () => {
      server.use(...urlhausApi.handlers, ...virustotalApi.handlers)
      for (let hour = 1; hour <= 5; hour++) {
        const { hits } = await scan(service)
        assert.deepEqual(
          hits.map(({ props }) => props.find(({ name }) => name === 'Source')?.value),
          ['URLhaus', 'VirusTotal'],
        )
        assert.deepEqual(calls, { urlhaus: hour, virustotal: 1 })
        subject.advance(HOUR + 1)
      }
    })()
  })

  it('asks one of three alone again after it has failed', async () => {
    let isDown = true
    const down = createFakeSearcher('down', () =>
      isDown ? Promise.reject(new Error('down')) : Promise.resolve([threat]),
    )
    const all = [createFakeSearcher('one', async () => []), down, createFakeSearcher('two', async () => [])]
    const service = await start(all)
    await assert.rejects(scan(service), { code: 'BAD_GATEWAY' })
    subject.advance(58)
    await assert.rejects(service.caller.scanArtifact(artifact), { code: 'BAD_GATEWAY' })
    assert.deepEqual(
      all.map(({ asked }) => asked.length),
      [1, 1, 1],
    )
    subject.advance(4)
    isDown = false
    assert.deepEqual((await scan(service)).hits, [threat])
    assert.deepEqual(
      all.map(({ asked }) => asked.length),
      [1, 2, 1],
    )
  })

  it('asks a source alone that is added later, and answers "not yet" until it has', async () => {
    const { open, search } = createGate()
    const [first, second, added] = [
      createFakeSearcher('first'),
      createFakeSearcher('second'),
      createFakeSearcher('added', search),
    ]
    const { id } = await scan(await start([first, second]))
    const { caller } = await start([first, second, added])
    const pending = { id, retry_secs: 5, hits: [threat, threat] }
    // a GET alone asks nobody
    assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat, threat] })
    assert.deepEqual(await caller.scanArtifact(artifact), pending)
    assert.deepEqual(await caller.scanResult({ id }), pending)
    open([])
    await ended(id)
    assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat, threat] })
    assert.deepEqual(
      [first, second, added].map(({ asked }) => asked.length),
      [1, 1, 1],
    )
    assert.deepEqual(await caller.scanArtifact(artifact), { id, hits: [threat, threat] })
  })

  it('keeps old hits, and says as of when, but no old "nothing found"', async () => {
    let isDown = false
    const fails = (hits: Hit[]) => async () => (isDown ? Promise.reject(new Error('down')) : hits)
    const service = await start([
      createFakeSearcher('knew', fails([threat])),
      createFakeSearcher('knew-not', fails([])),
    ])
    await scan(service)
    const asOf = new Date(subject.now()).toISOString().slice(0, 16)
    subject.advance(HOUR + 1)
    isDown = true
    for (let time = 1; time <= 2; time++) {
      const shown = shownIn((await scan(service)).hits)
      assert.equal(String(shown[0]?.['As of']).slice(0, 16), asOf)
      assert.deepEqual(shown, [
        { Threat: 'malware', 'As of': shown[0]?.['As of'] },
        { 'Could not be asked': 'knew-not: an error of its own, which the log has' },
        { 'Could not be asked again': 'knew: an error of its own, which the log has' },
      ])
      subject.advance(61)
    }
  })

  it('can be read as long as the longest of its outcomes is fresh, and no shorter than results are kept', async () => {
    const [day, hour] = [createFakeSearcher('day', undefined, { ttlSecs: 24 * HOUR }), createFakeSearcher('hour')]
    const services = { long: await start([day, hour]), short: await start([hour]) }
    const value = 'http://other.example/'
    const [long, short] = [await scan(services.long), await scan(services.short, { ...artifact, value })]
    subject.advance(HOUR - 2)
    for (const { id } of [long, short]) assert.equal((await services.long.caller.scanResult({ id })).id, id)
    subject.advance(4)
    assert.deepEqual(await services.long.caller.scanResult({ id: long.id }), { id: long.id, hits: [threat, threat] })
    await assert.rejects(services.short.caller.scanResult({ id: short.id }), { code: 'NOT_FOUND' })
    subject.advance(23 * HOUR)
    await assert.rejects(services.long.caller.scanResult({ id: long.id }), { code: 'NOT_FOUND' })
  })

  it('is begun for a new artifact before all rescans', async () => {
    let gate = createGate()
    const values = (asked: { value: unknown }[]) => asked.map(({ value }) => new URL(String(value)).hostname)
    const slow = createFakeSearcher('slow', () => gate.search(), { concurrency: 1 })
    const service = await start([slow])
    const post = (name: string) => service.caller.scanArtifact({ ...artifact, value: `http://${name}/` })
    gate.open([])
    const known = await Promise.all(['a', 'b', 'c'].map(post))
    for (const { id } of known) await ended(id)
    subject.advance(HOUR + 1)
    slow.asked.length = 0
    gate = createGate()
    for (const name of ['a', 'b', 'c']) await post(name)
    const { id } = await post('new')
    await until(() => slow.asked.length === 1)
    gate.open([])
    await ended(id)
    for (const { id } of known) await ended(id)
    assert.deepEqual(values(slow.asked), ['a', 'new', 'b', 'c'])
  })

  it('asks NVD once, and shows what it says, although EPSS takes no more calls', async () => {
    const searcher = defineSearcher({ name: 'cve', artifactTypes: ['threat.report.cve'], sources: [nvd] })
    const service = await start([searcher], { env: { NVD_API_KEY: 'k', CTS_EGRESS: 'off' } })
    const calls: string[] = []
    service.events.on('sourceCalled', ({ source }) => calls.push(source))
    const refuse = http.get(`${epss.url}/*`, () => new HttpResponse(null, { status: 429 }))
    await server.boundary(async () => {
      server.use(knowing(cve), refuse)
      const { hits } = await scan(service, { type: 'threat.report.cve', value: 'CVE-2021-44228' })
      assert.deepEqual(calls, ['nvd', 'epss'])
      assert.equal(shownIn(hits)[0]?.['Vulnerability'], 'CVE-2021-44228')
      assert.match(String(shownIn(hits)[0]?.['EPSS']), /^not known: EPSS \(FIRST\) takes no more calls for now/)
    })()
  })

  it('fails at once, by that name, when the calls of a month are spent', async () => {
    const url = defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [virustotal] })
    const service = await start([url], {
      env: { VIRUSTOTAL_API_KEY: 'k', VIRUSTOTAL_RATE_LIMIT: '1/30d', CTS_EGRESS: 'off' },
    })
    await server.boundary(async () => {
      server.use(...virustotalApi.handlers)
      await scan(service)
      await assert.rejects(scan(service, { ...artifact, value: 'http://other.example/' }), {
        code: 'BAD_GATEWAY',
        message:
          'Not every source could be asked: virustotal: VirusTotal takes no more calls for now: the next is possible in about 721 h',
      })
    })()
  })
})
