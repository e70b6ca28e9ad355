import assert from 'node:assert/strict'
import { run } from '../../../scripts/soar/command.ts'
import type { Searcher, Source } from '../../../src/core/define.ts'

/** What a command printed. */
export interface Outcome {
  status: number
  printed: string
  told: string
  /** How long it waited each time: in milliseconds. */
  slept: number[]
}

/** Answers what a command asks. */
export type Fetch = (address: string, init: RequestInit) => Response | Promise<Response>

/** What a command is played with; without a `fetch` it must ask nobody. */
export interface Play {
  fetch?: Fetch
  env?: Record<string, string> | undefined
  searchers?: readonly Searcher[] | undefined
  sources?: readonly Source[]
}

/** Plays `npm run soar -- …`. */
export async function play(
  args: string[],
  { fetch = () => assert.fail('it asked somebody'), env = {}, searchers = [], sources = [] }: Play = {},
): Promise<Outcome> {
  const [printed, told, slept]: [string[], string[], number[]] = [[], [], []]
  const status = await run(args, {
    env,
    searchers,
    sources: async () => sources,
    fetch: async (address, init) => fetch(String(address), init ?? {}),
    sleep: async (ms) => void slept.push(ms),
    print: (line) => printed.push(line),
    tell: (line) => told.push(line),
  })
  return { status, printed: printed.join('\n'), told: told.join('\n'), slept }
}
