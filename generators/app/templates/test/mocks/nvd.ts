import { http, HttpResponse } from 'msw'
import { handlers as epss } from './epss.ts'

/** What NVD knows of a vulnerability, in the form of its API: https://nvd.nist.gov/developers/vulnerabilities */
export const cve = {
  id: 'CVE-2021-44228',
  sourceIdentifier: 'security@example.org',
  published: '2021-12-10T10:15:09.143',
  lastModified: '2026-01-02T03:04:05.000',
  vulnStatus: 'Analyzed',
  cisaExploitAdd: '2021-12-10',
  cisaActionDue: '2021-12-24',
  cisaRequiredAction: 'Apply updates.',
  cisaVulnerabilityName: 'Example Remote Code Execution Vulnerability',
  descriptions: [
    { lang: 'es', value: 'Una descripción' },
    { lang: 'en', value: 'A description of the vulnerability.' },
  ],
  metrics: {
    cvssMetricV31: [
      {
        source: 'nvd@nist.gov',
        type: 'Primary',
        cvssData: {
          version: '3.1',
          vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
          baseScore: 10,
          baseSeverity: 'CRITICAL',
        },
        exploitabilityScore: 3.9,
        impactScore: 6,
      },
    ],
  },
  weaknesses: [
    { source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-917' }] },
    {
      source: 'security@example.org',
      type: 'Secondary',
      description: [
        { lang: 'en', value: 'CWE-20' },
        { lang: 'en', value: 'CWE-917' },
        { lang: 'en', value: 'NVD-CWE-noinfo' },
      ],
    },
  ],
  references: [],
}

/** NVD knowing these vulnerabilities. */
export function knowing(...cves: object[]) {
  return http.get('https://services.nvd.nist.gov/rest/json/cves/2.0', () =>
    HttpResponse.json({
      resultsPerPage: cves.length,
      startIndex: 0,
      totalResults: cves.length,
      format: 'NVD_CVE',
      version: '2.0',
      vulnerabilities: cves.map((one) => ({ cve: one })),
    }),
  )
}

/** NVD, with EPSS, that knows whatever it is asked. */
export const handlers = [knowing(cve), ...epss]
