import * as v from 'valibot'
import { hit, number, text, uri } from '../core/protocol/hit.ts'
import { defineSearcher } from '../core/search/searcher.ts'
import { defineSource } from '../core/client/source.ts'

/**
 * First place to fill in: which API is asked. `title` is the name that analysts know it by, `url` its address without a
 * path, `key.header` the header that takes the key, and `key.from` where a key can be had. For `Authorization: Bearer …`
 * there is `key.prefix: 'Bearer '`; an API without keys has no `key`. `rateLimit` is what it allows, such as `4/min,
 * 500/d` or `5/30s`, if that is known. All three are settings as well, named after the `id`: BLANK_API_URL,
 * BLANK_API_KEY and BLANK_RATE_LIMIT.
 */
const blankSource = defineSource({
  id: 'blank',
  title: 'Blank',
  url: 'https://api.example.com',
  key: { header: 'X-Api-Key', from: 'https://example.com/account' },
})

/**
 * Second place: what its answers look like, of which only what is used below need be here. What can be missing or null
 * is `v.nullish(…)`, but what decides whether it is a hit must be there: an answer that is not like this becomes a
 * failure, never "nothing found".
 */
const answerSchema = v.object({
  malicious: v.boolean(),
  threat: v.nullish(v.string()),
  score: v.nullish(v.number()),
  page: v.nullish(v.string()),
})

export const searcher = defineSearcher({
  name: 'blank',
  artifactTypes: ['net.ip'],
  sources: [blankSource],
  ttlSecs: 3600,
  /**
   * Third place: what is asked, when that is a hit, and what the analyst sees of it. A hit marks the artifact red, so
   * what is known to be harmless is `[]`, like what is not known at all. `ask` throws whatever goes wrong with the API;
   * let it pass.
   */
  async search(artifact, { ask }) {
    const value = typeof artifact.value === 'string' ? artifact.value : JSON.stringify(artifact.value)
    const query = { type: artifact.type, value }
    const found = await ask(blankSource, { path: '/v1/lookup', query, schema: answerSchema })
    if (!found.malicious) return []
    return [
      hit(
        text('Source', blankSource.title),
        text('Threat', found.threat),
        number('Score', found.score),
        uri('Report', found.page),
      ),
    ]
  },
})
