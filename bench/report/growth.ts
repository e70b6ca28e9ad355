import type { Growth, GrowthCase, Size } from '../sections/growth.ts'
import { figureOf, ratioOf } from '../stats.ts'
import { renderTable, short } from './table.ts'
import { verdictOn } from './verdict.ts'

/** No case may be slower by more than 10 %. */
const LEAST = 0.9
const WAITING_MB = 50

/** The growth as it is shown on the terminal. */
export function renderGrowth({ cases, rssMb, waitingMb }: Growth): string {
  const table = renderTable(
    ['case', 'stored', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', 'to the first', `target ${LEAST}`],
    cases.flatMap(rowsOf),
  )
  const memory = renderTable(
    ['store', 'stored', 'RSS MB'],
    rssMb.map(({ store, size, mb }) => [store, size, short(mb)]),
  )
  const waiting =
    `10,000 waiting searches on the memory store add ${short(waitingMb)} MB; ` +
    `target ${WAITING_MB}: ${waitingMb < WAITING_MB ? 'met' : 'missed'}`
  return [table, memory, waiting].join('\n\n')
}

function rowsOf({ name, rounds }: GrowthCase): string[][] {
  const sizes = Object.keys(rounds) as Size[]
  return sizes.map((size) => {
    const { perSecond, p50, p99, cpuUs } = rounds[size]
    const { median, noise } = figureOf(perSecond)
    const ratio = ratioOf(perSecond, rounds[sizes[0]!].perSecond)
    const numbers = [p50, p99, cpuUs].map((values) => short(figureOf(values).median))
    const first = size === sizes[0]
    return [
      name,
      size,
      `${short(median)} ±${short(noise)}`,
      ...numbers,
      first ? '' : `${ratio.median.toFixed(2)} ±${ratio.noise.toFixed(2)}`,
      first ? '' : verdictOn(ratio, LEAST),
    ]
  })
}
