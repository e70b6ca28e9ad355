import { http, HttpResponse } from 'msw'

const API = 'https://urlscan.io/api/v1'

/** A scan as a search gives it, in the form of the API: https://docs.urlscan.io. The verdict is not among it on every plan. */
export const scan = {
  _id: '00000000-0000-4000-8000-000000000001',
  _score: null,
  sort: [1_767_323_045_000, '00000000-0000-4000-8000-000000000001'],
  task: {
    uuid: '00000000-0000-4000-8000-000000000001',
    visibility: 'public',
    method: 'api',
    domain: 'malware.example',
    time: '2026-01-02T03:04:05.000Z',
    url: 'http://malware.example/sample.exe',
  },
  page: {
    url: 'http://malware.example/sample.exe',
    domain: 'malware.example',
    apexDomain: 'malware.example',
    ip: '198.51.100.7',
    country: 'CH',
    server: 'nginx',
    status: '200',
    title: 'Sign in',
  },
  stats: { requests: 7, uniqIPs: 2 },
  result: `${API}/result/00000000-0000-4000-8000-000000000001/`,
  screenshot: 'https://urlscan.io/screenshots/00000000-0000-4000-8000-000000000001.png',
}

/** What a scan came to. */
export const malicious = {
  score: 100,
  malicious: true,
  hasVerdicts: true,
  categories: ['phishing'],
  brands: ['example'],
  tags: [],
}

/** The same for a page that is harmless. */
export const harmless = { score: 0, malicious: false, hasVerdicts: false, categories: [], brands: [], tags: [] }

/** urlscan.io finding these scans. */
export function finding(...results: object[]) {
  return http.get(`${API}/search/`, () =>
    HttpResponse.json({ results, total: results.length, took: 3, has_more: false }),
  )
}

/** urlscan.io giving these verdicts of the scans that it is asked for, one after the other. */
export function judging(...verdicts: object[]) {
  let asked = 0
  return http.get(`${API}/result/:id/`, () =>
    HttpResponse.json({ task: scan.task, page: scan.page, verdicts: { overall: verdicts[asked++ % verdicts.length] } }),
  )
}

/** urlscan.io that has a bad scan of whatever it is asked. */
export const handlers = [finding(scan), judging(malicious)]
