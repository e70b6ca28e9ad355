import type { List } from './list.ts'

/** Where the lists write what happens to them; pino's logger is one. */
export interface ListsLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Tells the log how lists do, each thing once. No value of a list is in it. */
export class Teller {
  readonly #log: ListsLog
  readonly #told = new WeakMap<List, { digest?: string | undefined; trouble?: string | undefined }>()

  constructor(log: ListsLog) {
    this.#log = log
  }

  /** Tells what is new of a list. */
  tell(list: List, now: number): void {
    const { digest, trouble } = this.#told.get(list) ?? {}
    const { id, use, loaded, problem, badLines, badLineCount } = list
    const current = { digest: loaded?.digest, trouble: list.trouble(now) }
    this.#told.set(list, current)
    const fields = { list: id, use }
    if (current.trouble !== trouble && current.trouble !== undefined) {
      const also = problem !== undefined && loaded ? ': what was there before still counts' : ''
      this.#log[problem === undefined ? 'warn' : 'error'](fields, `list ${id} ${current.trouble}${also}`)
    } else if (loaded && (digest !== current.digest || current.trouble !== trouble)) {
      const counts = { entries: loaded.index.size, leftOut: loaded.leftOut, badLines: badLineCount }
      this.#log.info({ ...fields, ...counts }, `list ${id} loaded`)
      const [first] = badLines
      if (first) this.#log.warn(fields, `list ${id} has bad lines: ${badLineCount}, the first is line ${first.line}`)
    }
  }

  /** Tells that a list was taken out. */
  tellGone({ id, use }: List): void {
    this.#log.warn({ list: id, use }, `list ${id} was taken out`)
  }

  /** Tells what concerns no list alone. */
  tellProblem(problem: string): void {
    this.#log.error({}, problem)
  }

  /** Tells what lies where nothing is read. */
  tellStray(name: string): void {
    this.#log.warn({}, strayText(name))
  }
}

/** What is said of what lies where nothing is read. */
export function strayText(name: string): string {
  return `${name} is not read: move it into own, good or bad`
}
