import { http, HttpResponse } from 'msw'

/** What OTX knows of an address, in the form of its API: https://otx.alienvault.com/assets/static/external_api.html */
export const known = {
  indicator: '198.51.100.7',
  type: 'IPv4',
  reputation: 0,
  validation: [],
  false_positive: [],
  pulse_info: {
    count: 2,
    pulses: [
      {
        id: '65a0000000000000000000a1',
        name: 'Sample campaign',
        tags: ['sample', 'loader'],
        adversary: 'Sample Spider',
        malware_families: [{ id: 'Sample', display_name: 'Sample', target: null }],
        TLP: 'white',
        created: '2026-01-01T00:00:00.000000',
        modified: '2026-01-02T03:04:05.000000',
        author: { username: 'someone' },
      },
      {
        id: '65a0000000000000000000a2',
        name: 'Servers of the week',
        tags: ['sample'],
        adversary: '',
        malware_families: [],
        TLP: 'green',
        created: '2025-12-31T00:00:00.000000',
        modified: '2025-12-31T00:00:00.000000',
        author: { username: 'someone.else' },
      },
    ],
  },
}

/** The same in another number of pulses. */
export function inPulses(count: number) {
  return { ...known, pulse_info: { ...known.pulse_info, count } }
}

/** OTX giving one answer to whatever it is asked. */
export function answering(body: object | string, status = 200) {
  return http.get('https://otx.alienvault.com/api/v1/indicators/*', () => HttpResponse.json(body, { status }))
}

/** OTX that knows whatever it is asked. */
export const handlers = [answering(known)]
