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

/** What it knows of a network: https://docs.abuseipdb.com/#check-block-endpoint */
export const reportedNetwork = {
  networkAddress: '198.51.100.0',
  netmask: '255.255.255.0',
  minAddress: '198.51.100.1',
  maxAddress: '198.51.100.254',
  numPossibleHosts: 254,
  addressSpaceDesc: 'Internet',
  reportedAddress: [
    reportedAddress('198.51.100.7', { numReports: 42, mostRecentReport: '2026-01-02T03:04:05+00:00' }),
    reportedAddress('198.51.100.9', { numReports: 3, abuseConfidenceScore: 24 }),
    reportedAddress('198.51.100.8', { numReports: 5, abuseConfidenceScore: 100, countryCode: 'DE' }),
  ],
}

/** What it knows of one address of a network. */
export function reportedAddress(ipAddress: string, differences: object = {}) {
  return {
    ipAddress,
    numReports: 1,
    mostRecentReport: '2025-12-24T01:02:03+00:00',
    abuseConfidenceScore: 87,
    countryCode: 'CH',
    ...differences,
  }
}

/** What comes with a status that is no success. */
export function refusal(detail: string, status: number) {
  return { errors: [{ detail, status }] }
}

/** AbuseIPDB giving one answer to whatever it is asked of an address. */
export function answering(body: object, status = 200) {
  return http.get('https://api.abuseipdb.com/api/v2/check', () => HttpResponse.json(body, { status }))
}

/** AbuseIPDB giving one answer to whatever it is asked of a network. */
export function answeringNetworks(body: object, status = 200) {
  return http.get('https://api.abuseipdb.com/api/v2/check-block', () => HttpResponse.json(body, { status }))
}

/** AbuseIPDB that knows whatever it is asked. */
export const handlers = [answering({ data: reported }), answeringNetworks({ data: reportedNetwork })]
