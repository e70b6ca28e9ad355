/**
 * A searcher that asks a local source, by `BENCH_API_URL`; names of processes wait for the quota of another. Both are as
 * if they were of the owner's network, so that the gate lets their values through.
 */
export const SEARCHER = `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text } from '../core/define.ts'

const schema = v.object({ threat: v.string() })

const bench = defineSource({
  id: 'bench',
  title: 'Bench',
  url: 'http://127.0.0.1',
  reach: 'own',
  concurrency: 50,
  lookUp: {
    string: async (value, { ask }) => [hit(text('Threat', (await ask({ path: '/', query: { value }, schema })).threat))],
    'file.content': async ({ name: value }, { ask }) => [
      hit(text('Threat', (await ask({ path: '/', query: { value }, schema })).threat)),
    ],
  },
})

const hold = defineSource({
  id: 'hold',
  title: 'Hold',
  url: 'http://127.0.0.1',
  reach: 'own',
  lookUp: {
    'process.name': async (value, { ask }) => [
      hit(text('Threat', (await ask({ path: '/hold', query: { value }, schema })).threat)),
    ],
  },
})

export const searcher = defineSearcher({
  name: 'bench',
  artifactTypes: ['string', 'file.content', 'process.name'],
  sources: [bench, hold],
})
`
