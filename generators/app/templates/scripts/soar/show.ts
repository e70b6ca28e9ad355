import type { Hit, Property } from '../../src/core/protocol/hit.ts'
import { ruleWords } from '../../src/core/gate/decide.ts'
import type { NotAsked } from './answer.ts'
import type { BenchSummary } from './bench.ts'
import type { Scan } from './client.ts'

/** A scan as people like to read it. */
export function showScan({ id, hits, polls, ms, notAsked }: Scan & { notAsked: readonly NotAsked[] }): string {
  const found = hits.length === 0 ? 'Nothing found' : `${hits.length} ${hits.length === 1 ? 'hit' : 'hits'}`
  const asked = polls === 0 ? 'at once' : `after ${seconds(ms)} and asking ${polls === 1 ? 'once' : `${polls} times`}`
  const blocks = hits.length > 0 ? [showHits(hits)] : []
  const kept = notAsked.map(({ source, rule }) => `  ${printable(source)}: ${printable(ruleWords(rule))}`)
  if (kept.length > 0) blocks.push(`Not asked\n${kept.join('\n')}`)
  return [`${found}, ${asked} (id ${id})`, ...blocks].join('\n\n')
}

/** Hits, one below the other. */
export function showHits(hits: readonly Hit[]): string {
  return hits.map((hit, index) => `Hit ${index + 1}\n${showProperties(hit)}`).join('\n\n')
}

/** What came of a bench. */
export function showBench(summary: BenchSummary): string {
  const { artifacts, withHits, withoutHits, failed, failures, perSecond, totalMs, medianMs, p95Ms, longestMs } = summary
  return [
    `${artifacts} artifacts in ${seconds(totalMs)}: ${perSecond} a second`,
    `  with hits   ${withHits}`,
    `  nothing     ${withoutHits}`,
    `  failed      ${failed}`,
    `From POST to the complete answer: median ${seconds(medianMs)}, 95 % within ${seconds(p95Ms)}, longest ${seconds(longestMs)}`,
    ...Object.entries(failures).map(([message, count]) => `${count} × ${printable(message)}`),
  ].join('\n')
}

/** A bar of how much is done. */
export function progressBar(done: number, all: number, width = 30): string {
  const full = Math.round((done / all) * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${all}`
}

/** Text without the signs that a terminal would obey: what a source says is not to be trusted. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '�')
}

function showProperties({ props }: Hit): string {
  const width = Math.max(...props.map(({ name }) => name.length))
  return props.map((prop) => `  ${printable(prop.name).padEnd(width)}  ${printable(textOf(prop))}`).join('\n')
}

function textOf({ value }: Property): string {
  return typeof value === 'object' ? `${value.lat}, ${value.lng}` : String(value)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`
}
