import * as v from 'valibot'
import {
  defineSource,
  hit,
  number,
  setting,
  text,
  uri,
  wholeNumber,
  type Found,
  type LookUpContext,
} from '../core/define.ts'

const ownSettings = {
  VIRUSTOTAL_MIN_MALICIOUS: setting(wholeNumber(1, 100), {
    default: '1',
    description: 'how many engines of VirusTotal must call something malicious to make a hit',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** What some seventy engines say of files and addresses: https://docs.virustotal.com/reference/overview */
export const virustotal = defineSource({
  id: 'virustotal',
  title: 'VirusTotal',
  reach: 'query',
  url: 'https://www.virustotal.com',
  key: {
    header: 'x-apikey',
    from: 'https://www.virustotal.com/gui/my-apikey',
    freeQuota: '4 calls a minute, 500 a day',
  },
  // of the public API
  rateLimit: '4/min, 500/d',
  ttlSecs: 86_400,
  settings: ownSettings,
  lookUp: {
    'hash.md5': byHash,
    'hash.sha1': byHash,
    'hash.sha256': byHash,
    // the file itself is sent to no one
    'file.content': (file, context) => byHash(file.sha256, context),
    'net.uri': (url, context) => {
      const id = Buffer.from(url).toString('base64url')
      return find({ path: `urls/${id}`, page: 'url' }, context)
    },
    'net.name': (name, context) => find({ path: `domains/${encodeURIComponent(name)}`, page: 'domain' }, context),
    'net.ip': (ip, context) => find({ path: `ip_addresses/${encodeURIComponent(ip)}`, page: 'ip-address' }, context),
  },
})

const optionalText = v.nullish(v.string())
const optionalNumber = v.nullish(v.number())

/** Only what is shown. `error` comes with 404, and with 400 for what is no hash or address to VirusTotal. */
const answerSchema = v.union([
  v.object({
    data: v.object({
      id: v.string(),
      attributes: v.object({
        last_analysis_stats: v.object({
          malicious: v.number(),
          suspicious: v.number(),
          undetected: v.number(),
          harmless: v.number(),
        }),
        last_analysis_date: optionalNumber,
        reputation: optionalNumber,
        popular_threat_classification: v.nullish(v.object({ suggested_threat_label: optionalText })),
        tags: v.nullish(v.array(v.string())),
        meaningful_name: optionalText,
        type_description: optionalText,
        as_owner: optionalText,
        country: optionalText,
      }),
    }),
  }),
  v.object({ error: v.object({ code: v.picklist(['NotFoundError', 'InvalidArgumentError']) }) }),
])

/** What VirusTotal knows something by, below its API, and the kind of page that shows it. */
interface Place {
  path: string
  page: string
}

function byHash(hash: string, context: Context): Promise<Found> {
  return find({ path: `files/${encodeURIComponent(hash)}`, page: 'file' }, context)
}

async function find({ path, page }: Place, { ask, settings }: Context): Promise<Found> {
  const found = await ask({ path: `/api/v3/${path}`, answers: [400, 404], schema: answerSchema })
  if (!('data' in found)) return []
  const { id, attributes } = found.data
  const { malicious, suspicious, undetected, harmless } = attributes.last_analysis_stats
  if (malicious < settings.VIRUSTOTAL_MIN_MALICIOUS) return []
  return [
    hit(
      text('Detections', `${malicious} of ${malicious + suspicious + undetected + harmless} engines`),
      number('Suspicious', suspicious),
      text('Threat', attributes.popular_threat_classification?.suggested_threat_label),
      text('File name', attributes.meaningful_name),
      text('File type', attributes.type_description),
      text('Network', attributes.as_owner),
      text('Country', attributes.country),
      text('Tags', attributes.tags),
      number('Reputation', attributes.reputation),
      text('Last analysed', dateOf(attributes.last_analysis_date)),
      uri('Report', `https://www.virustotal.com/gui/${page}/${encodeURIComponent(id)}`),
    ),
  ]
}

function dateOf(epochSecs: number | null | undefined): Date | undefined {
  return epochSecs == null ? undefined : new Date(epochSecs * 1000)
}
