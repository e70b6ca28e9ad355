import { http, HttpResponse } from 'msw'

/** What CrowdSec knows of an address, in the form of its API: https://docs.crowdsec.net/u/cti_api/taxonomy/cti_object */
export const known = {
  ip: '198.51.100.7',
  reputation: 'malicious',
  ip_range: '198.51.100.0/24',
  as_name: 'Example Hosting',
  as_num: 64_496,
  background_noise: 'high',
  confidence: 'high',
  location: { country: 'CH', city: null, latitude: 47, longitude: 8 },
  reverse_dns: 'host.hosting.example',
  behaviors: [
    { name: 'ssh:bruteforce', label: 'SSH Bruteforce', description: 'Brute force on ssh services.' },
    { name: 'http:scan', label: 'HTTP Scan', description: 'Vulnerability scanning.' },
  ],
  attack_details: [{ name: 'crowdsecurity/ssh-bf', label: 'SSH Bruteforce', description: 'Detect ssh brute force' }],
  classifications: {
    false_positives: [],
    classifications: [{ name: 'profile:insecure_services', label: 'Dangerous Services Exposed' }],
  },
  history: {
    first_seen: '2025-12-24T01:00:00+00:00',
    last_seen: '2026-01-02T03:00:00+00:00',
    full_age: 10,
    days_age: 9,
  },
  scores: { overall: { aggressiveness: 5, threat: 4, trust: 5, anomaly: 1, total: 4 } },
  cves: ['CVE-2021-44228'],
  references: [],
}

/** CrowdSec giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get('https://cti.api.crowdsec.net/v2/smoke/:ip', () => HttpResponse.json(body, { status }))
}

/** CrowdSec that knows whatever it is asked. */
export const handlers = [answering(known)]
