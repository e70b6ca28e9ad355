import { http, HttpResponse } from 'msw'

const API = 'https://www.virustotal.com/api/v3'

const verdict = {
  last_analysis_stats: { malicious: 12, suspicious: 1, undetected: 50, harmless: 7, timeout: 0 },
  last_analysis_date: 1_767_323_045,
  reputation: -20,
  total_votes: { harmless: 0, malicious: 3 },
}

/** What VirusTotal knows of a file, in the form of its API: https://docs.virustotal.com/reference/files */
export const file = {
  data: {
    id: 'a'.repeat(64),
    type: 'file',
    links: { self: `${API}/files/${'a'.repeat(64)}` },
    attributes: {
      ...verdict,
      sha256: 'a'.repeat(64),
      meaningful_name: 'sample.exe',
      type_description: 'Win32 EXE',
      size: 26,
      popular_threat_classification: { suggested_threat_label: 'trojan.sample', popular_threat_name: [] },
      tags: ['peexe', 'signed'],
    },
  },
}

/** What it knows of a URL; its id there is a digest. */
export const url = {
  data: {
    id: 'b'.repeat(64),
    type: 'url',
    links: { self: `${API}/urls/${'b'.repeat(64)}` },
    attributes: { ...verdict, url: 'http://malware.example/sample.exe', title: 'Sample', tags: [] },
  },
}

/** What it knows of a domain. */
export const domain = {
  data: {
    id: 'malware.example',
    type: 'domain',
    links: { self: `${API}/domains/malware.example` },
    attributes: { ...verdict, registrar: 'Example Registrar', tags: [] },
  },
}

/** What it knows of an address. */
export const address = {
  data: {
    id: '198.51.100.7',
    type: 'ip_address',
    links: { self: `${API}/ip_addresses/198.51.100.7` },
    attributes: { ...verdict, as_owner: 'Example Hosting', asn: 64_496, country: 'CH', tags: [] },
  },
}

/** What it says of what it does not know, and of a key that it does not take. */
export function error(code: string) {
  return { error: { code, message: `A sentence about ${code}` } }
}

/** VirusTotal giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get(`${API}/*`, () => HttpResponse.json(body, { status }))
}

/** VirusTotal that knows whatever it is asked. */
export const handlers = [
  http.get(`${API}/files/:hash`, () => HttpResponse.json(file)),
  http.get(`${API}/urls/:id`, () => HttpResponse.json(url)),
  http.get(`${API}/domains/:name`, () => HttpResponse.json(domain)),
  http.get(`${API}/ip_addresses/:ip`, () => HttpResponse.json(address)),
]
