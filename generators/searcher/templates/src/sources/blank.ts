import * as v from 'valibot'
import { defineSource, hit, number, text, uri, type Found, type LookUpContext } from '../core/define.ts'

/**
 * First place to fill in: which API is asked. `title` is the name that analysts know it by, `url` its address without a
 * path, `key.header` the header that takes the key, and `key.from` where a key can be had. For `Authorization: Bearer …`
 * there is `key.prefix: 'Bearer '`; an API without keys has no `key`. `rateLimit` is what it allows, such as `4/min,
 * 500/d` or `5/30s`, if that is known, and `ttlSecs` how long what it says holds, if not for an hour. All of these are
 * settings as well, named after the `id`: BLANK_API_URL, BLANK_API_KEY, BLANK_RATE_LIMIT and BLANK_TTL_SECS.
 */
export const blankSource = defineSource({
  id: 'blank',
  title: 'Blank',
  // how far what it is told travels: `query` is a public API, which is asked for nothing private or of your own;
  // `own` is one in your own network, which may be told all but passwords
  reach: 'query',
  // until this line is gone, it is not asked
  unfinished: 'fill in the three places of src/sources/blank.ts',
  url: 'https://api.example.com',
  key: { header: 'X-Api-Key', from: 'https://example.com/account' },
  // which artifact types it looks up, and how each; `file.content` has the file, with its digests, for a value
  lookUp: {
    'net.ip': byValue,
  },
})

/**
 * Second place: what its answers look like, of which only what is used below need be here. What can be missing or null
 * is `v.nullish(…)`, but what decides whether it is a hit must be there: an answer that is not like this becomes a
 * failure, never "nothing found".
 */
const answerSchema = v.object({
  verdict: v.string(),
  threat: v.nullish(v.string()),
  score: v.nullish(v.number()),
  page: v.nullish(v.string()),
})

/**
 * Third place: what is asked, when that is a hit, and what the analyst sees of it. A hit marks the artifact red, so
 * what is known to be harmless is `[]`, like what is not known at all. A hit needs a property that always has a value,
 * such as the verdict; the others may be missing. `ask` throws whatever goes wrong with the API; let it pass. What goes
 * into a path is encoded: `/v1/hosts/${encodeURIComponent(value)}`.
 */
async function byValue(value: unknown, { type, ask }: LookUpContext): Promise<Found> {
  const query = { type, value: typeof value === 'string' ? value : JSON.stringify(value) }
  const found = await ask({ path: '/v1/lookup', query, schema: answerSchema })
  if (found.verdict !== 'malicious') return []
  return [
    hit(
      text('Verdict', found.verdict),
      text('Threat', found.threat),
      number('Score', found.score),
      uri('Report', found.page),
    ),
  ]
}
