import * as v from 'valibot'
import { defineSource, hit, number, text, uri, type Ask, type Found, type LookUpContext } from '../core/define.ts'

/** So many of the newest scans are looked into for a verdict. */
const SCANS = 3

/**
 * Pages as a browser met them, of scans that others had made: https://docs.urlscan.io
 * It is only searched: to submit a scan would publish the address.
 */
export const urlscan = defineSource({
  id: 'urlscan',
  title: 'urlscan.io',
  reach: 'query',
  url: 'https://urlscan.io',
  key: { header: 'API-Key', from: 'https://urlscan.io/user/profile/', freeQuota: '1,000 searches a day' },
  // a key that is not formed as one is a 400, like a query that is not
  meaningOf: ({ status, body }) => (status === 400 && /invalid api.?key/i.test(body) ? 'key_refused' : undefined),
  retryAfterSecs({ headers }) {
    const secs = headers.get('x-rate-limit-reset-after')
    return secs === null ? undefined : Number(secs)
  },
  lookUp: {
    'net.uri': (url, context) => search(`page.url:"${escaped(url)}"`, context),
    'net.name': (name, context) => search(`page.domain:"${escaped(name)}"`, context),
  },
})

const optionalText = v.nullish(v.string())
const verdict = v.object({
  malicious: v.boolean(),
  score: v.nullish(v.number()),
  categories: v.nullish(v.array(v.string())),
  brands: v.nullish(v.array(v.unknown())),
})
type Verdict = v.InferOutput<typeof verdict>

/** Only what is shown. Whether a scan comes with its verdict depends on the plan. */
const scan = v.object({
  _id: v.string(),
  task: v.nullish(v.object({ time: optionalText })),
  page: v.nullish(v.object({ ip: optionalText, country: optionalText, server: optionalText, title: optionalText })),
  verdicts: v.nullish(verdict),
})
type Scan = v.InferOutput<typeof scan>
const searchSchema = v.object({ results: v.array(scan) })

/** The whole of a scan; a scan that was deleted has none, which is a message with 404 or 410. */
const resultSchema = v.union([
  v.object({ verdicts: v.object({ overall: verdict }) }),
  v.object({ message: v.string(), status: v.picklist([404, 410]) }),
])

async function search(q: string, { ask }: LookUpContext): Promise<Found> {
  const { results } = await ask({ path: '/api/v1/search/', query: { q, size: String(SCANS) }, schema: searchSchema })
  for (const found of results) {
    const verdict = found.verdicts ?? (await verdictOf(found, ask))
    if (verdict?.malicious) return [toHit(found, verdict)]
  }
  return []
}

async function verdictOf({ _id }: Scan, ask: Ask): Promise<Verdict | undefined> {
  const path = `/api/v1/result/${encodeURIComponent(_id)}/`
  const result = await ask({ path, answers: [404, 410], schema: resultSchema })
  return 'verdicts' in result ? result.verdicts.overall : undefined
}

function toHit({ _id, task, page }: Scan, { score, categories, brands }: Verdict) {
  return hit(
    text('Verdict', 'malicious'),
    number('Score', score),
    text('Categories', categories),
    text(
      'Brands',
      brands?.filter((brand) => typeof brand === 'string'),
    ),
    text('Page title', page?.title),
    text('Address', page?.ip),
    text('Country', page?.country),
    text('Server', page?.server),
    text('Scanned', task?.time),
    uri('Report', `https://urlscan.io/result/${encodeURIComponent(_id)}/`),
  )
}

/** A value within the quotation marks of a query. */
function escaped(value: string): string {
  return value.replaceAll(/["\\]/g, String.raw`\$&`)
}
