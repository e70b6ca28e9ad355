import { http, HttpResponse } from 'msw'

/** An attribute in the form of MISP's API: https://www.misp-project.org/openapi/#operation/restSearchAttributes */
export const attribute = {
  id: '1001',
  event_id: '145',
  object_id: '0',
  category: 'Network activity',
  type: 'ip-dst',
  to_ids: true,
  uuid: '5f0c2f5e-8a44-4a6e-9d3f-0a1b2c3d4e5f',
  timestamp: '1767322800',
  distribution: '5',
  comment: 'Server of the second stage',
  deleted: false,
  first_seen: '2026-01-01T00:00:00.000000+00:00',
  last_seen: null,
  value: '198.51.100.7',
  Event: { id: '145', info: 'Sample campaign', orgc_id: '1', uuid: '6a1d3e6f-9b55-4b7f-8e4a-1b2c3d4e5f60' },
  Tag: [
    { id: '3', name: 'tlp:amber', colour: '#FFC000', inherited: 1 },
    { id: '9', name: 'malware:sample', colour: '#0088cc' },
  ],
}

/** A warning of a list of the category: it holds the attribute's value. */
export function warning(warninglist_category?: 'false_positive' | 'known') {
  return {
    match: '198.51.100.0/24',
    value: '198.51.100.7',
    warninglist_id: '7',
    warninglist_name: 'Addresses of a large provider',
    ...(warninglist_category && { warninglist_category }),
  }
}

/** MISP, wherever it is, giving these attributes to whatever it is asked. */
export function answering(...attributes: object[]) {
  return http.post('*/attributes/restSearch', () => HttpResponse.json({ response: { Attribute: attributes } }))
}

interface Search {
  type: string[]
  value: { OR: string[] }
}

/** MISP that knows whatever it is asked. */
export const handlers = [
  http.post<never, Search>('*/attributes/restSearch', async ({ request }) => {
    const { type, value } = await request.json()
    const found = { ...attribute, type: type[0], value: value.OR[0] }
    return HttpResponse.json({ response: { Attribute: [found] } })
  }),
]
