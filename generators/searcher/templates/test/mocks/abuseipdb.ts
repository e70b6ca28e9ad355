import { http, HttpResponse } from 'msw'

/** What AbuseIPDB knows of an address, in the form of its API: https://docs.abuseipdb.com/#check-endpoint */
export const reported = {
  ipAddress: '198.51.100.7',
  isPublic: true,
  ipVersion: 4,
  isWhitelisted: false,
  abuseConfidenceScore: 87,
  countryCode: 'CH',
  usageType: 'Data Center/Web Hosting/Transit',
  isp: 'Example Hosting',
  domain: 'hosting.example',
  hostnames: [],
  isTor: true,
  totalReports: 42,
  numDistinctUsers: 17,
  lastReportedAt: '2026-01-02T03:04:05+00:00',
}

/** AbuseIPDB giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get('https://api.abuseipdb.com/api/v2/check', () => HttpResponse.json(body, { status }))
}

/** AbuseIPDB that knows whatever it is asked. */
export const handlers = [answering({ data: reported })]
