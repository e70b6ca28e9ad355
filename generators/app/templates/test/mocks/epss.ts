import { http, HttpResponse } from 'msw'

/** How likely a vulnerability is to be exploited, in the form of the API of EPSS: https://www.first.org/epss/api */
export const probability = {
  status: 'OK',
  'status-code': 200,
  version: '1.0',
  total: 1,
  offset: 0,
  limit: 100,
  data: [{ cve: 'CVE-2021-44228', epss: '0.943580000', percentile: '0.999630000', date: '2026-01-02' }],
}

/** EPSS giving one answer to whatever it is asked. */
export function estimating(body: object, status = 200) {
  return http.get('https://api.first.org/data/v1/epss', () => HttpResponse.json(body, { status }))
}

/** EPSS that knows whatever it is asked. */
export const handlers = [estimating(probability)]
