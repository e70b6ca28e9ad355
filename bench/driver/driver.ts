import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from '../cleanup.ts'
import { stopProcess } from '../server.ts'
import type { Load, LoadResult } from './load.ts'

/** Drives servers from a process of its own, so that its work distorts neither the servers' nor ours. */
export class Driver {
  readonly #child: ChildProcess

  constructor(cleanup: Cleanup) {
    this.#child = fork(fileURLToPath(new URL('main.ts', import.meta.url)))
    cleanup.add(() => stopProcess(this.#child))
  }

  /** @throws {Error} when the server did not answer as it should. */
  async run(load: Load): Promise<LoadResult> {
    const child = this.#child
    const answered = new AbortController()
    const ended = once(child, 'exit', { signal: answered.signal }).then(([code]) => {
      throw new Error(`the driver ended with ${String(code)}`)
    })
    child.send(load)
    const answer = once(child, 'message') as Promise<[{ result?: LoadResult; error?: string }]>
    const [{ result, error }] = await Promise.race([answer, ended]).finally(() => {
      ended.catch(() => {})
      answered.abort()
    })
    if (!result) throw new Error(error)
    return result
  }
}
