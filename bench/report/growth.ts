import type { Growth, GrowthCase, Size } from '../sections/growth.ts'
import { figureOf, ratioOf } from '../stats.ts'
import { ratioCell, renderTable, short, withNoise } from './table.ts'
import { verdictOn } from './verdict.ts'

/** No case may be slower by more than 10 %. */
const LEAST = 0.9
const WAITING_MB = 50

/** The growth as it is shown on the terminal. */
export function renderGrowth({ cases, memory, waiting }: Growth): string {
  const table = renderTable(
    ['case', 'stored', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', 'to the first', `target ${LEAST}`],
    cases.flatMap(rowsOf),
  )
  const memories = renderTable(
    ['store', 'stored', 'RSS MB', 'without garbage MB'],
    memory.map(({ store, size, rssMb, liveMb }) => [store, size, short(rssMb), short(liveMb)]),
  )
  const verdict = (mb: number) => `${short(mb)} MB (target ${WAITING_MB}: ${mb < WAITING_MB ? 'met' : 'missed'})`
  const added =
    `10,000 waiting searches on the memory store add ${verdict(waiting.rssMb)} of resident memory, ` +
    `without garbage ${verdict(waiting.liveMb)}`
  return [table, memories, added].join('\n\n')
}

function rowsOf({ name, rounds }: GrowthCase): string[][] {
  const sizes = Object.keys(rounds) as Size[]
  return sizes.map((size) => {
    const { perSecond, p50, p99, cpuUs } = rounds[size]
    const ratio = ratioOf(perSecond, rounds[sizes[0]!].perSecond)
    const numbers = [p50, p99, cpuUs].map((values) => short(figureOf(values).median))
    const first = size === sizes[0]
    return [
      name,
      size,
      withNoise(figureOf(perSecond), short),
      ...numbers,
      first ? '' : ratioCell(ratio),
      first ? '' : verdictOn(ratio, LEAST),
    ]
  })
}
