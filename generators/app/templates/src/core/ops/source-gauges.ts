import type { Gauge } from 'prom-client'
import { holdUpOf } from './sources/hold-ups.ts'
import type { SourceFacts } from './sources/source-facts.ts'
import { shortWindow } from './words.ts'

type MakeGauge = (name: string, help: string, labelNames: string[]) => Gauge

/** Gauges of sources, as the store has them for all replicas. */
export function createSourceGauges(gauge: MakeGauge): { set(all: readonly SourceFacts[]): void } {
  const turnIn = gauge(
    'cts_source_turn_in_seconds',
    'Time until a source may be asked again, by its rate limit or because it said so, for all replicas.',
    ['source'],
  )
  const waiting = gauge(
    'cts_source_waiting_searches',
    'Searches that wait for a source, for all replicas; no more than 1,000 are counted.',
    ['source'],
  )
  const holdsUp = gauge('cts_source_holds_up', 'Whether searches wait for a source longer than is usual.', ['source'])
  const used = gauge('cts_source_window_used_ratio', "How much of a source's rate window is used: 0 to 1.", [
    'source',
    'window',
  ])

  return {
    set(all) {
      for (const facts of all) {
        const { id: source, turns } = facts
        // without a store nobody knows
        turnIn.set({ source }, turns ? (turns.nextAt - turns.now) / 1000 : NaN)
        if (facts.types.length > 0) waiting.set({ source }, facts.waiting?.count ?? NaN)
        holdsUp.set({ source }, holdUpOf(facts) ? 1 : 0)
        for (const window of turns?.windows ?? []) {
          used.set({ source, window: shortWindow(window.ms) }, window.used / window.calls)
        }
      }
    },
  }
}
