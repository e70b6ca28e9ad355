/** A searcher of `net.uri` that answers at once, without a source. */
export const QUICK_SEARCHER = `
import { defineSearcher, hit, text } from '../core/define.ts'

export const searcher = defineSearcher({
  name: 'quick',
  artifactTypes: ['net.uri', 'net.port', 'system.registry', 'email.header'],
  reach: 'own',
  concurrency: 50,
  search: async ({ value }) => [hit(text('Threat', JSON.stringify(value)))],
})
`

/** A searcher of files that reads their content to the end. */
export const FILE_SEARCHER = `
import { defineSearcher, hit, number, text } from '../core/define.ts'

export const searcher = defineSearcher({
  name: 'file',
  artifactTypes: ['file.content'],
  reach: 'own',
  async search({ value: file }) {
    let size = 0
    for await (const chunk of file.content()) size += chunk.length
    return [hit(number('Size', size), text('SHA-256', file.sha256))]
  },
})
`
