import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/core/define.ts'
import { hybridanalysis } from '../../src/sources/hybridanalysis.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, answeringOverview, handlers, overview, reported, withVerdict } from '../mocks/hybridanalysis.ts'

const SHA256 = 'a'.repeat(64)

describe(`source "${hybridanalysis.id}"`, () => {
  for (const type of hybridanalysis.types) {
    const artifact = sampleArtifact(type)
    const hash = type === 'file.content' ? sampleArtifact(type).value.sha256 : artifact.value

    it(`finds a ${type} that Hybrid Analysis knows`, async () => {
      const { hits, requests } = await findHits(hybridanalysis, artifact, handlers)
      assert.deepEqual(hits, [
        hit(
          text('Source', 'Hybrid Analysis'),
          text('Verdict', 'malicious'),
          text('Reports', '1 of 2'),
          text('Environments', 'Windows 10 64 bit'),
          number('Threat score', 100),
          text('Malware', 'Sample.Generic'),
          text('File name', 'sample.exe'),
          text('File type', 'PE32 executable (GUI) Intel 80386'),
          text('Tags', 'sample'),
          number('Engines that found it (%)', 62),
          text('Last scanned', '2026-01-03T03:04:05+00:00'),
          uri('Report', `https://hybrid-analysis.com/sample/${SHA256}`),
        ),
      ])
      assert.deepEqual(
        requests.map(({ method, url, headers }) => [method, url, headers.get('api-key'), headers.get('user-agent')]),
        [
          ['GET', `https://hybrid-analysis.com/api/v2/search/hash?hash=${hash}`, KEY, 'Falcon Sandbox'],
          ['GET', `https://hybrid-analysis.com/api/v2/overview/${SHA256}`, KEY, 'Falcon Sandbox'],
        ],
      )
    })

    it(`finds nothing for a ${type} that it does not know`, async () => {
      const missing = answering({ message: 'Requested hash not found' }, 404)
      assert.deepEqual((await findHits(hybridanalysis, artifact, [missing])).hits, [])
      const empty = answering({ sha256s: [], reports: [] })
      assert.deepEqual((await findHits(hybridanalysis, artifact, [empty])).hits, [])
    })
  }

  const artifact = sampleArtifact('hash.md5')

  for (const verdict of ['suspicious', 'no specific threat', 'whitelisted', null]) {
    it(`finds nothing in a verdict that is "${verdict}"`, async () => {
      assert.deepEqual((await findHits(hybridanalysis, artifact, [answering(withVerdict(verdict))])).hits, [])
    })
  }

  it('finds the verdicts that are set', async () => {
    const env = { HYBRIDANALYSIS_VERDICTS: 'malicious,suspicious' }
    const answers = [answering(withVerdict('suspicious')), answeringOverview(overview)]
    assert.equal((await findHits(hybridanalysis, artifact, answers, { env })).hits.length, 1)
  })

  it('shows what the reports say when the file as a whole cannot be asked for', async () => {
    const answers = [answering(reported), answeringOverview({}, 404)]
    const { hits } = await findHits(hybridanalysis, artifact, answers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'Hybrid Analysis'),
        text('Verdict', 'malicious'),
        text('Reports', '1 of 2'),
        text('Environments', 'Windows 10 64 bit'),
        text('Overview', 'not known: Hybrid Analysis gave an unexpected answer: status 404'),
        uri('Report', `https://hybrid-analysis.com/sample/${SHA256}`),
      ),
    ])
  })

  it('says that another page that is not there is no answer', async () => {
    const { failure } = await trySource(hybridanalysis, artifact, [answering({ message: 'Not found' }, 404)])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  const errors = (window: string) => ({
    message: 'Failed to validate the request',
    validation_errors: [
      { field: 'api-key', errors: [`Exceeded maximum API requests per ${window}. Please try again later.`] },
    ],
  })
  for (const [window, secs] of [
    ['minute(5)', 60],
    ['hour(2000)', 3600],
  ] as const) {
    it(`wants to be asked again after ${secs} s when the calls of a ${window} are used up, whatever the status`, async () => {
      for (const status of [200, 400, 429]) {
        const { afterSecs } = await trySource(hybridanalysis, artifact, [answering(errors(window), status)])
        assert.equal(afterSecs, secs)
      }
    })
  }

  it('wants to be asked again when the window is over that its header names', async () => {
    const limits = { limits: { minute: 200, hour: 2000 }, limit_reached: true, name_of_reached_limit: 'hour' }
    const limited = answering({}, 429, { 'Api-Limits': JSON.stringify(limits) })
    assert.equal((await trySource(hybridanalysis, artifact, [limited])).afterSecs, 3600)
  })

  describeFailures(hybridanalysis, handlers)
})
