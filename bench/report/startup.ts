import type { Startup } from '../sections/startup.ts'
import type { Figure } from '../stats.ts'
import { ratioCell, renderTable, short, withNoise } from './table.ts'
import { verdictOn } from './verdict.ts'

const RATIO = 2.5
const IDLE_MB = 90

/** The start of the service as it is shown on the terminal. */
export function renderStartup({ serviceMs, bareMs, ratio, bundleKb, idleMb, npmTestSecs }: Startup): string {
  const figure = (one: Figure) => withNoise(one, short)
  const fits = { met: 'missed', missed: 'met', 'within noise': 'within noise' }[verdictOn(ratio, RATIO)]
  const under = (mb: number) => `below ${IDLE_MB}: ${mb < IDLE_MB ? 'met' : 'missed'}`
  return renderTable(
    ['start and idle', 'measured', 'target'],
    [
      ['from start to listening, memory store: ms', figure(serviceMs), ''],
      ['the same of a bare node:http process: ms', figure(bareMs), ''],
      ['the ratio of both', ratioCell(ratio), `at most ${RATIO}: ${fits}`],
      ['idle memory, memory store: MB', short(idleMb.memory), under(idleMb.memory)],
      ['idle memory, MongoDB: MB', short(idleMb.mongodb), under(idleMb.mongodb)],
      ['idle memory of a bare node:http process: MB', short(idleMb.bare), ''],
      ['size of the bundle: kB', short(bundleKb), ''],
      ['npm test of the emitted project: s', short(npmTestSecs), ''],
    ],
  )
}
