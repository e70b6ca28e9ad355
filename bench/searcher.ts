/** A searcher that asks a local source, by `BENCH_API_URL`; values that begin with "hold" wait for the source's quota. */
export const SEARCHER = `
import * as v from 'valibot'
import { hit, text } from '../protocol/hit.ts'
import { defineSearcher } from '../search/searcher.ts'
import { defineSource } from '../sources/source.ts'

const bench = defineSource({ id: 'bench', title: 'Bench', url: 'http://127.0.0.1', concurrency: 1000 })
const hold = defineSource({ id: 'hold', title: 'Hold', url: 'http://127.0.0.1', concurrency: 1000 })

export const searcher = defineSearcher({
  name: 'bench',
  artifactTypes: ['string', 'file.content'],
  sources: [bench, hold],
  // as if it were the only one
  concurrency: 50,
  async search(artifact, { ask }) {
    const held = artifact.value.startsWith('hold')
    const query = { value: artifact.value }
    const schema = v.object({ threat: v.string() })
    const { threat } = await ask(held ? hold : bench, { path: held ? '/hold' : '/', query, schema })
    return [hit(text('Threat', threat))]
  },
})
`
