/**
 * The searchers that the service is built with. `bench` asks a public source, so that the gate and the ledger have their
 * part; of the three sources of SHA-1 digests the third is due again after a second; names of processes wait for the
 * quota of another; MD5 digests are looked up in the local lists.
 */
export const SEARCHER = `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text } from '../core/define.ts'

const url = 'http://127.0.0.1'
const concurrency = 10_000
const schema = v.object({ threat: v.string() })
const lookUp = async (value, { ask }) => [hit(text('Threat', (await ask({ path: '/', query: { value }, schema })).threat))]
const sha1 = (id, more) => defineSource({ id, title: id, url, concurrency, lookUp: { 'hash.sha1': lookUp }, ...more })

const bench = defineSource({ id: 'bench', title: 'Bench', url, concurrency, lookUp: { 'net.uri': lookUp, 'hash.sha256': lookUp } })
const thirds = [sha1('first'), sha1('second'), sha1('third', { ttlSecs: 1 })]
const hold = defineSource({
  id: 'hold',
  title: 'Hold',
  url,
  reach: 'own',
  lookUp: { 'process.name': async (value, { ask }) => [hit(text('Threat', (await ask({ path: '/hold', schema })).threat))] },
})
const listed = defineSource({
  id: 'listed',
  title: 'Listed',
  reach: 'local',
  readsLists: true,
  concurrency,
  lookUp: { 'hash.md5': async (value, { lists }) => lists.match('hash.md5', value).hits.map(({ entry }) => hit(text('Entry', entry))) },
})

export const searcher = defineSearcher({
  name: 'bench',
  artifactTypes: ['net.uri', 'hash.sha256', 'hash.sha1', 'process.name', 'hash.md5'],
  sources: [bench, ...thirds, hold, listed],
})
`
