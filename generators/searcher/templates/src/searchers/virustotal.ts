import * as v from 'valibot'
import { hit, number, text, uri } from '../core/protocol/hit.ts'
import { defineSearcher, type Artifact } from '../core/search/searcher.ts'
import { setting, wholeNumber } from '../core/settings/setting.ts'
import { defineSource } from '../core/client/source.ts'

/** What some seventy engines say of files and addresses: https://docs.virustotal.com/reference/overview */
const virustotal = defineSource({
  id: 'virustotal',
  title: 'VirusTotal',
  url: 'https://www.virustotal.com',
  key: { header: 'x-apikey', from: 'https://www.virustotal.com/gui/my-apikey' },
  // of the public API
  rateLimit: '4/min, 500/d',
})

/** Where VirusTotal looks up which artifact type, by what, and where it shows that. */
const LOOKUPS = {
  'hash.md5': { path: 'files', page: 'file' },
  'hash.sha1': { path: 'files', page: 'file' },
  'hash.sha256': { path: 'files', page: 'file' },
  'file.content': { path: 'files', page: 'file' },
  'net.uri': { path: 'urls', page: 'url' },
  'net.name': { path: 'domains', page: 'domain' },
  'net.ip': { path: 'ip_addresses', page: 'ip-address' },
} as const

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

export const searcher = defineSearcher({
  name: 'virustotal',
  artifactTypes: ['hash.md5', 'hash.sha1', 'hash.sha256', 'file.content', 'net.uri', 'net.name', 'net.ip'],
  sources: [virustotal],
  settings: {
    VIRUSTOTAL_MIN_MALICIOUS: setting(wholeNumber(1, 100), {
      default: '1',
      description: 'how many engines of VirusTotal must call something malicious to make a hit',
    }),
  },
  ttlSecs: 21_600,
  async search(artifact, { ask, settings }) {
    const { path, page } = LOOKUPS[artifact.type]
    const request = { path: `/api/v3/${path}/${idOf(artifact)}`, answers: [400, 404], schema: answerSchema }
    const found = await ask(virustotal, request)
    if (!('data' in found)) return []
    const { id, attributes } = found.data
    const { malicious, suspicious, undetected, harmless } = attributes.last_analysis_stats
    if (malicious < settings.VIRUSTOTAL_MIN_MALICIOUS) return []
    return [
      hit(
        text('Source', 'VirusTotal'),
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
  },
})

/** What VirusTotal knows an artifact by. A file is looked up by its SHA-256; the file itself is sent to no one. */
function idOf(artifact: Artifact<keyof typeof LOOKUPS>): string {
  if (artifact.type === 'file.content') return artifact.file.sha256
  if (artifact.type === 'net.uri') return Buffer.from(artifact.value).toString('base64url')
  return encodeURIComponent(artifact.value)
}

function dateOf(epochSecs: number | null | undefined): Date | undefined {
  return epochSecs == null ? undefined : new Date(epochSecs * 1000)
}
