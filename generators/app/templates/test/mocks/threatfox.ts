import { http, HttpResponse } from 'msw'

const API = 'https://threatfox-api.abuse.ch/api/v1/'

/** What ThreatFox knows of a server, in the form of its API: https://threatfox.abuse.ch/api/#search-ioc */
export const indicator = {
  id: '41',
  ioc: '198.51.100.7:443',
  threat_type: 'botnet_cc',
  threat_type_desc: 'Indicator that identifies a botnet command&control server (C&C)',
  ioc_type: 'ip:port',
  ioc_type_desc: 'ip:port combination that is used for botnet Command&control (C&C)',
  malware: 'win.sample',
  malware_printable: 'Sample',
  malware_alias: 'Samp,Sampler',
  malware_malpedia: 'https://malpedia.caad.fkie.fraunhofer.de/details/win.sample',
  confidence_level: 75,
  is_compromised: false,
  first_seen: '2026-01-02 03:04:05 UTC',
  last_seen: null,
  reference: null,
  reporter: 'someone',
  tags: ['Sample'],
}

/** What it answers when it has something. */
export function found(...data: object[]) {
  return { query_status: 'ok', data }
}

/** What it answers when it has nothing: a sentence where the list would be. */
export const nothingFound = { query_status: 'no_result', data: 'Your search did not yield any results' }

/** ThreatFox giving one answer to whatever it is asked. */
export function answering(body: object) {
  return http.post(API, () => HttpResponse.json(body))
}

/** ThreatFox that knows whatever it is asked. */
export const handlers = [
  http.post<never, { search_term: string; exact_match?: true }>(API, async ({ request }) => {
    const { search_term, exact_match } = await request.json()
    const named = exact_match ? { ioc: search_term, ioc_type: typeOf(search_term) } : { ioc: `${search_term}:443` }
    return HttpResponse.json(found({ ...indicator, ...named }))
  }),
]

function typeOf(term: string): string {
  if (term.includes('://')) return 'url'
  if (!/^[0-9a-f]+$/.test(term)) return 'domain'
  return { 32: 'md5_hash', 40: 'sha1_hash' }[term.length] ?? 'sha256_hash'
}
