import type { Growth, GrowthCase, Size, WaitingMemory } from '../sections/growth.ts'
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
  return [table, memories, renderWaiting(waiting)].join('\n\n')
}

/** A process keeps the garbage of whatever it has run: what is resident says little of what waits. */
function renderWaiting({ before, waiting, finished }: WaitingMemory): string {
  const held = waiting.liveMb - before.liveMb
  const verdict = `${short(held)} MB (target ${WAITING_MB}: ${held < WAITING_MB ? 'met' : 'missed'})`
  return (
    `10,000 waiting searches on the memory store hold ${verdict}. Resident, with all garbage: ` +
    `${short(before.rssMb)} MB before, ${short(waiting.rssMb)} MB then; ` +
    `${short(finished.rssMb)} MB in a service that has finished as many instead.`
  )
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
