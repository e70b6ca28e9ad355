import { busyMs } from './process.ts'
import { values } from './values.ts'

/** What the pace of a machine is told by, whatever the lists do. */
export const PARSE = 'JSON.parse of 44 MB'
/** How long that takes on the machine that the lists' budgets are for: in seconds. */
export const USUAL_PARSE_SECS = 0.2

/** How long it takes here, of 100,000 STIX indicators: in seconds. */
export function parseSecs(): number {
  const text = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => indicator(i)))
  const begun = busyMs()
  JSON.parse(text)
  return (busyMs() - begun) / 1000
}

/** A STIX 2.1 indicator, of 440 bytes as JSON. */
function indicator(i: number): object {
  const at = '2026-01-01T00:00:00.000Z'
  const uuid = values.md5(i).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${uuid}`,
    created_by_ref: `identity--${uuid}`,
    created: at,
    modified: at,
    name: values.domains(i),
    indicator_types: ['malicious-activity'],
    pattern: `[domain-name:value = '${values.domains(i)}']`,
    pattern_type: 'stix',
    valid_from: at,
  }
}
