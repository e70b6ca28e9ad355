import { isIPv6 } from 'node:net'
import * as v from 'valibot'
import {
  defineSource,
  distinct,
  hit,
  number,
  setting,
  text,
  uri,
  wholeNumber,
  type Hit,
  type LookUpContext,
} from '../core/define.ts'

/** So many pulses are named. */
const NAMED = 5

const ownSettings = {
  OTX_MIN_PULSES: setting(wholeNumber(1, 1000), {
    default: '2',
    description: "how many pulses of OTX must name something to make a hit; one is one user's word",
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** What the users of LevelBlue's Open Threat Exchange report: https://otx.alienvault.com/assets/static/external_api.html */
export const otx = defineSource({
  id: 'otx',
  title: 'AlienVault OTX',
  reach: 'query',
  url: 'https://otx.alienvault.com',
  key: { header: 'X-OTX-API-KEY', from: 'https://otx.alienvault.com/api', freeQuota: '10,000 calls an hour' },
  rateLimit: '10000/h',
  settings: ownSettings,
  lookUp: {
    'net.ip': (ip, context) => find({ section: isIPv6(ip) ? 'IPv6' : 'IPv4', page: 'ip', value: ip }, context),
    'net.name': (name, context) => {
      // OTX keeps names below a registered domain apart, and a name of more than two labels mostly is one
      const section = name.split('.').length > 2 ? 'hostname' : 'domain'
      return find({ section, page: section, value: name }, context)
    },
    'net.uri': (value, context) => find({ section: 'url', page: 'url', value }, context),
    'hash.md5': byHash,
    'hash.sha1': byHash,
    'hash.sha256': byHash,
    'file.content': ({ sha256 }, context) => byHash(sha256, context),
    'threat.report.cve': (value, context) => find({ section: 'cve', page: 'cve', value }, context),
  },
})

/** Where OTX looks a value up, and where it shows what it has. */
interface Place {
  section: string
  page: string
  value: string
}

const optionalText = v.nullish(v.string())
const texts = v.nullish(v.array(optionalText))

/** Only what is shown. The others come with 404 and with 400, for what OTX does not know or takes for invalid. */
const answerSchema = v.union([
  v.object({
    pulse_info: v.object({
      count: v.number(),
      pulses: v.nullish(
        v.array(
          v.object({
            name: optionalText,
            tags: texts,
            adversary: optionalText,
            malware_families: v.nullish(v.array(v.union([v.string(), v.object({ display_name: optionalText })]))),
            TLP: optionalText,
            modified: optionalText,
          }),
        ),
      ),
    }),
    validation: v.nullish(v.array(v.unknown())),
    false_positive: v.nullish(v.array(v.object({ assessment: optionalText }))),
  }),
  v.object({ detail: v.unknown() }),
  v.object({ error: v.unknown() }),
])

function byHash(value: string, context: Context): Promise<Hit[]> {
  return find({ section: 'file', page: 'file', value }, context)
}

async function find({ section, page, value }: Place, { ask, settings }: Context): Promise<Hit[]> {
  const path = `/api/v1/indicators/${section}/${encodeURIComponent(value)}/general`
  const found = await ask({ path, answers: [400, 404], schema: answerSchema })
  if (!('pulse_info' in found)) return []
  const { count, pulses } = found.pulse_info
  // `validation` names lists of the harmless that hold the value
  const isHarmless =
    (found.validation ?? []).length > 0 || found.false_positive?.some(({ assessment }) => assessment === 'accepted')
  if (isHarmless || count < settings.OTX_MIN_PULSES) return []
  return [
    hit(
      number('Pulses', count),
      text('Newest pulses', distinct(pulses?.slice(0, NAMED).map(({ name }) => name))),
      text('Adversaries', distinct(pulses?.map(({ adversary }) => adversary))),
      text('Malware', distinct(pulses?.flatMap(({ malware_families }) => malware_families?.map(nameOf)))),
      text('Tags', distinct(pulses?.flatMap(({ tags }) => tags)).slice(0, 20)),
      text('TLP', distinct(pulses?.map(({ TLP }) => TLP))),
      text(
        'Last changed',
        distinct(pulses?.map(({ modified }) => modified))
          .toSorted()
          .at(-1),
      ),
      uri('Report', `https://otx.alienvault.com/indicator/${page}/${encodeURIComponent(value)}`),
    ),
  ]
}

function nameOf(family: string | { display_name?: string | null | undefined }): string | null | undefined {
  return typeof family === 'string' ? family : family.display_name
}
