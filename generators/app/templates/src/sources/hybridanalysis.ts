import * as v from 'valibot'
import {
  defineSource,
  distinct,
  hit,
  number,
  setting,
  SourceError,
  text,
  uri,
  type Ask,
  type Hit,
  type LookUpContext,
  type Property,
} from '../core/define.ts'

const VERDICTS = ['malicious', 'suspicious'] as const

const ownSettings = {
  HYBRIDANALYSIS_VERDICTS: setting(
    v.pipe(
      v.string(),
      v.transform((names) => names.split(',').map((name) => name.trim())),
      v.array(v.picklist(VERDICTS, `must be one or more of ${VERDICTS.join(', ')}, joined by commas`)),
    ),
    { default: 'malicious', description: 'which verdicts of Hybrid Analysis make a hit; it also knows suspicious' },
  ),
}
type Context = LookUpContext<typeof ownSettings>

/** What files did in CrowdStrike's sandbox: https://hybrid-analysis.com/docs/api/v2 */
export const hybridanalysis = defineSource({
  id: 'hybridanalysis',
  title: 'Hybrid Analysis',
  reach: 'query',
  url: 'https://hybrid-analysis.com',
  key: {
    header: 'api-key',
    from: 'https://hybrid-analysis.com/my-account?tab=%23api-key-tab',
    freeQuota: '200 calls a minute, 2,000 an hour',
  },
  rateLimit: '200/min, 2000/h',
  settings: ownSettings,
  lookUp: {
    'hash.md5': find,
    'hash.sha1': find,
    'hash.sha256': find,
    'file.content': (file, context) => find(file.sha256, context),
  },
  // it says so in a validation error too, whatever the status
  meaningOf: ({ status, body }) =>
    (status !== 200 || body.includes('"validation_errors"')) && body.includes('Exceeded maximum API requests')
      ? 'rate_limited'
      : undefined,
  retryAfterSecs: ({ headers, body }) =>
    SECS_OF.get(limitReached(headers.get('api-limits')) ?? /API requests per (\w+)/i.exec(body)?.[1]),
})

/** The windows that calls are counted in: in seconds. */
const SECS_OF = new Map<string | undefined, number>([
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
])

/** It blocks clients that do not call themselves so: "Authorization" on the page above. */
const headers = { 'user-agent': 'Falcon Sandbox' }

const optionalText = v.nullish(v.string())

/** Only what is shown. `message` alone comes with 404. */
const answerSchema = v.union([
  v.object({
    sha256s: v.array(v.string()),
    reports: v.array(v.object({ environment_description: optionalText, state: optionalText, verdict: optionalText })),
  }),
  v.object({ message: v.pipe(v.string(), v.regex(/hash not found/i)) }),
])

const overviewSchema = v.object({
  last_file_name: optionalText,
  type: optionalText,
  threat_score: v.nullish(v.number()),
  vx_family: optionalText,
  tags: v.nullish(v.array(v.string())),
  multiscan_result: v.nullish(v.number()),
  last_multi_scan: optionalText,
})

async function find(hash: string, { ask, settings }: Context): Promise<Hit[]> {
  const request = { path: '/api/v2/search/hash', query: { hash }, headers, answers: [404], schema: answerSchema }
  const found = await ask(request)
  if (!('reports' in found)) return []
  const verdicts = new Set<unknown>(settings.HYBRIDANALYSIS_VERDICTS)
  const bad = found.reports.filter(({ verdict }) => verdicts.has(verdict))
  if (bad.length === 0) return []
  const sha256 = found.sha256s[0] ?? hash
  return [
    hit(
      text('Verdict', distinct(bad.map(({ verdict }) => verdict))),
      text('Reports', `${bad.length} of ${found.reports.length}`),
      text('Environments', distinct(bad.map(({ environment_description }) => environment_description))),
      ...(await overviewOf(sha256, ask)),
      uri('Report', `https://hybrid-analysis.com/sample/${encodeURIComponent(sha256)}`),
    ),
  ]
}

/** What is known of the file as a whole. That this could not be asked is shown, and hides nothing of the reports. */
async function overviewOf(sha256: string, ask: Ask): Promise<(Property | undefined)[]> {
  try {
    const path = `/api/v2/overview/${encodeURIComponent(sha256)}`
    const overview = await ask({ path, headers, schema: overviewSchema })
    return [
      number('Threat score', overview.threat_score),
      text('Malware', overview.vx_family),
      text('File name', overview.last_file_name),
      text('File type', overview.type),
      text('Tags', overview.tags),
      number('Engines that found it (%)', overview.multiscan_result),
      text('Last scanned', overview.last_multi_scan),
    ]
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return [text('Overview', `not known: ${error.message}`)]
  }
}

/** The window that is used up, by the header that tells of all of them as JSON. */
function limitReached(header: string | null): string | undefined {
  try {
    const limits = v.parse(
      v.object({ limit_reached: v.literal(true), name_of_reached_limit: v.string() }),
      JSON.parse(header ?? ''),
    )
    return limits.name_of_reached_limit
  } catch {
    return undefined
  }
}
