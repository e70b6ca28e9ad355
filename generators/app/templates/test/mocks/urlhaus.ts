import { http, HttpResponse } from 'msw'

const API = 'https://urlhaus-api.abuse.ch/v1'

/** What URLhaus knows of an address, in the form of its API: https://urlhaus-api.abuse.ch/#urlinfo */
export const foundUrl = {
  query_status: 'ok',
  id: '1000001',
  urlhaus_reference: 'https://urlhaus.abuse.ch/url/1000001/',
  url: 'http://malware.example/sample.exe',
  url_status: 'online',
  host: 'malware.example',
  date_added: '2026-01-02 03:04:05 UTC',
  last_online: '2026-01-03 03:00:00 UTC',
  threat: 'malware_download',
  blacklists: { spamhaus_dbl: 'abused_legit_malware', surbl: 'not listed' },
  reporter: 'someone',
  larted: 'true',
  takedown_time_seconds: null,
  tags: ['exe', 'Sample'],
  payloads: [
    {
      firstseen: '2026-01-02',
      filename: 'sample.exe',
      file_type: 'exe',
      response_size: '4096',
      response_md5: '0'.repeat(32),
      response_sha256: '0'.repeat(64),
      urlhaus_download: `${API}/download/${'0'.repeat(64)}/`,
      signature: 'Sample',
      virustotal: null,
    },
  ],
}

/** What it knows of a host; the number of its addresses comes as a string. */
export const foundHost = {
  query_status: 'ok',
  urlhaus_reference: 'https://urlhaus.abuse.ch/host/malware.example/',
  host: 'malware.example',
  firstseen: '2025-12-24 01:02:03 UTC',
  url_count: '2',
  blacklists: { spamhaus_dbl: 'not listed', surbl: 'listed' },
  urls: [
    {
      id: '1000001',
      urlhaus_reference: 'https://urlhaus.abuse.ch/url/1000001/',
      url: 'http://malware.example/sample.exe',
      url_status: 'online',
      date_added: '2026-01-02 03:04:05 UTC',
      threat: 'malware_download',
      reporter: 'someone',
      larted: 'true',
      takedown_time_seconds: null,
      tags: ['exe', 'Sample'],
    },
    {
      id: '1000002',
      urlhaus_reference: 'https://urlhaus.abuse.ch/url/1000002/',
      url: 'http://malware.example/old.exe',
      url_status: 'offline',
      date_added: '2025-12-24 01:02:03 UTC',
      threat: 'malware_download',
      reporter: 'someone else',
      larted: 'false',
      takedown_time_seconds: '86400',
      tags: null,
    },
  ],
}

/** What it knows of a file. */
export const foundPayload = {
  query_status: 'ok',
  md5_hash: '0'.repeat(32),
  sha256_hash: '0'.repeat(64),
  file_type: 'exe',
  file_size: '4096',
  signature: 'Sample',
  firstseen: '2026-01-02 03:04:05 UTC',
  lastseen: '2026-01-03 03:00:00 UTC',
  url_count: '1',
  urlhaus_download: `${API}/download/${'0'.repeat(64)}/`,
  virustotal: null,
  imphash: null,
  ssdeep: null,
  tlsh: null,
  urls: [
    {
      url_id: '1000001',
      url: 'http://malware.example/sample.exe',
      url_status: 'online',
      urlhaus_reference: 'https://urlhaus.abuse.ch/url/1000001/',
      filename: 'sample.exe',
      firstseen: '2026-01-02',
      lastseen: null,
    },
  ],
}

/** URLhaus giving one answer to whatever it is asked. */
export function answering(body: object) {
  return http.post(`${API}/*`, () => HttpResponse.json(body))
}

/** URLhaus that knows whatever it is asked. */
export const handlers = [
  http.post(`${API}/url/`, () => HttpResponse.json(foundUrl)),
  http.post(`${API}/host/`, () => HttpResponse.json(foundHost)),
  http.post(`${API}/payload/`, () => HttpResponse.json(foundPayload)),
]
