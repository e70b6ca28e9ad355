import type { Outcome } from '../protocol/outcome.ts'
import type { Hit } from '../protocol/hit.ts'

/** The largest that the outcomes of one search may be in the store, whose documents hold 16 MB: in bytes of JSON. */
const MAX_BYTES = 12_000_000

/** Outcomes that fit into the store: hits that do not are left out, and one says so in their place. */
export function shortened(outcomes: readonly Outcome[], maxBytes = MAX_BYTES): Outcome[] {
  let left = maxBytes
  const fitting = (hits: readonly Hit[]): Hit[] => {
    const kept = hits.filter((hit) => {
      const bytes = Buffer.byteLength(JSON.stringify(hit))
      const fits = bytes <= left
      if (fits) left -= bytes
      return fits
    })
    return kept.length === hits.length ? kept : [...kept, leftOut(hits.length - kept.length)]
  }
  return outcomes.map((outcome) => {
    if ('hits' in outcome) return { ...outcome, hits: fitting(outcome.hits) }
    return outcome.former ? { ...outcome, former: { ...outcome.former, hits: fitting(outcome.former.hits) } } : outcome
  })
}

function leftOut(count: number): Hit {
  const value = `${count} of its hits: all hits together are larger than can be kept`
  return { props: [{ type: 'string', name: 'Left out', value }] }
}
