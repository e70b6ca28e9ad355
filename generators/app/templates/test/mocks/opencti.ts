import { http, HttpResponse } from 'msw'

/** An observable in the form of OpenCTI's API: https://docs.opencti.io/latest/reference/api/ */
export const observable = {
  id: '0f6a3c1e-4d2b-4c8e-9a7f-1b2c3d4e5f60',
  entity_type: 'IPv4-Addr',
  observable_value: '198.51.100.7',
  x_opencti_score: 80,
  objectLabel: [{ value: 'sample' }],
  objectMarking: [{ definition: 'TLP:AMBER' }],
  indicators: {
    edges: [
      {
        node: {
          id: '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
          name: 'Sample server',
          x_opencti_score: 75,
          revoked: false,
          valid_from: '2026-01-02T03:04:05.000Z',
          valid_until: null,
        },
      },
    ],
  },
  reports: { edges: [{ node: { name: 'Sample campaign', published: '2026-01-02T00:00:00.000Z' } }] },
}

/** An observable of the same kind without an indicator, and with a score. */
export function scored(x_opencti_score: number | null) {
  return { ...observable, x_opencti_score, indicators: { edges: [] } }
}

/** An observable whose score says nothing, with one indicator. */
export function indicated(indicator: { revoked?: boolean; valid_until?: string | null }) {
  const [{ node }] = observable.indicators.edges as [{ node: object }]
  return { ...scored(null), indicators: { edges: [{ node: { ...node, ...indicator } }] } }
}

/** OpenCTI, wherever it is, giving these observables to whatever it is asked. */
export function answering(...observables: object[]) {
  return http.post('*/graphql', () => HttpResponse.json(found(observables)))
}

/** OpenCTI that cannot answer, at 200 as always. */
export function failing(error: object) {
  const errors = [{ message: 'An error', ...error }]
  return http.post('*/graphql', () => HttpResponse.json({ errors, data: null }))
}

interface Query {
  variables: { filters: { filters: [{ key: string; values: string[] }] } }
}

/** OpenCTI that knows whatever it is asked. */
export const handlers = [
  http.post<never, Query>('*/graphql', async ({ request }) => {
    const { key, values } = (await request.json()).variables.filters.filters[0]
    return HttpResponse.json(found([{ ...observable, ...fieldsOf(key, values[0]) }]))
  }),
]

function found(observables: object[]) {
  return { data: { stixCyberObservables: { edges: observables.map((node) => ({ node })) } } }
}

/** A file goes by one of its hashes, whichever it is found by. */
function fieldsOf(key: string, value: string | undefined) {
  if (key === 'value') return { observable_value: value }
  const file = { entity_type: 'StixFile', observable_value: 'f'.repeat(64) }
  if (key === 'name') return { ...file, name: value, x_opencti_additional_names: null, hashes: [] }
  return { ...file, name: null, hashes: [{ algorithm: key.replace('hashes.', ''), hash: value?.toUpperCase() }] }
}
