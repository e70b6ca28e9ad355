import { drive, type Load } from './drive.ts'
import { isClearlyKept, type Budget, type Finding } from './finding.ts'
import type { Server } from './server.ts'
import { figureOf, type Figure } from './stats.ts'

/** A server under a load, to be compared with others. */
export interface Contender {
  name: string
  server: Server
  load: Load
  /** Waits until the searches that the load has begun are done; gives when the last of them was. */
  settle?: (amount: number) => Promise<number>
}

/** How long is measured. */
export interface Effort {
  /** So many requests each server answers at least before it is measured: the more it does, the longer it is compiled. */
  warmUp: number
  /** How long a round of one server takes, about. */
  seconds: number
  /**
   * So many rounds at least, and at most so many until each budget is clearly kept. None is missed before all rounds are
   * done: whoever looks after each of them finds one beyond the noise by chance.
   */
  rounds: readonly [number, number]
}

/** What is found, but for the figure and what it is compared with. */
type About = Pick<Finding, 'case' | 'what' | 'at'>

interface Round {
  perSecond: number
  p50: number
  p99: number
}

/**
 * Drives servers in turns, so that whatever else the machine does falls on all alike, and gives the ratios of the first
 * one's throughput to that of each other, round by round.
 * @param budgets by the names of the others.
 */
export async function compare(
  contenders: readonly Contender[],
  about: About,
  { effort, budgets }: { effort: Effort; budgets: Readonly<Record<string, Budget | undefined>> },
): Promise<Finding[]> {
  const runs = []
  for (const contender of contenders) runs.push(new Run(contender, await amountOf(contender, effort)))
  const [first, ...others] = runs as [Run, ...Run[]]
  const ratios = () => others.map((other) => ({ other, figure: ratioOf(first, other) }))

  const [least, most] = effort.rounds
  for (let round = 0; round < most; round++) {
    if (round >= least && ratios().every(({ other, figure }) => isClearlyKept(figure, budgets[other.name]))) break
    // none always comes after the same other
    for (let turn = 0; turn < runs.length; turn++) await runs[(round + turn) % runs.length]!.once()
  }
  return ratios().map(({ other, figure }) => ({
    ...about,
    beside: other.name,
    figure,
    cpu: first.cpuUs / other.cpuUs,
    ...(budgets[other.name] && { budget: budgets[other.name] }),
    details: { [first.name]: first.summary(), [other.name]: other.summary() },
  }))
}

/** The rounds of one server. */
class Run {
  readonly name: string
  readonly rounds: Round[] = []
  readonly #contender: Contender
  readonly #amount: number
  #cpuMs = 0

  constructor(contender: Contender, amount: number) {
    this.name = contender.name
    this.#contender = contender
    this.#amount = amount
  }

  async once(): Promise<void> {
    const { server } = this.#contender
    server.truncateLog()
    const before = await server.cpuMs()
    this.rounds.push(await driveOnce(this.#contender, this.#amount))
    this.#cpuMs += (await server.cpuMs()) - before
  }

  /** What a request takes of the CPU: in microseconds. */
  get cpuUs(): number {
    return (this.#cpuMs * 1000) / (this.#amount * this.rounds.length)
  }

  summary(): object {
    const figure = (name: keyof Round) => figureOf(this.rounds.map((round) => round[name]))
    return { perSecond: figure('perSecond'), p50: figure('p50'), p99: figure('p99'), cpuUs: this.cpuUs }
  }
}

function ratioOf({ rounds }: Run, other: Run): Figure {
  return figureOf(rounds.map(({ perSecond }, round) => perSecond / other.rounds[round]!.perSecond))
}

async function driveOnce({ server, load, settle }: Contender, amount: number): Promise<Round> {
  const { startedAt, endedAt, p50, p99 } = await drive(server.url, load, amount)
  const doneAt = settle ? await settle(amount) : endedAt
  return { perSecond: (amount * 1000) / (doneAt - startedAt), p50, p99 }
}

/** Warms a server up, and gives how many requests it answers in a round's time. */
async function amountOf(contender: Contender, { warmUp, seconds }: Effort): Promise<number> {
  let amount = contender.load.connections
  for (let sent = amount; ; sent += amount) {
    const { perSecond } = await driveOnce(contender, amount)
    const enough = perSecond * seconds
    if (amount >= enough && sent >= warmUp) return amount
    if (amount < enough) amount = Math.ceil(Math.min(amount * 4, Math.max(enough, amount + 1)))
  }
}
