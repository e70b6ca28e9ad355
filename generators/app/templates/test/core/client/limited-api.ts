import { http, HttpResponse } from 'msw'
import { moon } from './moon.ts'

/** An API that counts its calls, as VirusTotal does. */
export interface LimitedApi {
  handler: ReturnType<typeof http.get>
  /** How many calls it answered, and how many it refused. */
  readonly answered: number
  readonly refused: number
  /** How many calls came although an earlier one had been told to wait. */
  readonly tooEarly: number
}

/**
 * Plays an API that takes so many calls within any of these windows, and refuses the others with 429 and a Retry-After.
 * @param now in milliseconds.
 */
export function createLimitedApi(windows: readonly { calls: number; ms: number }[], now: () => number): LimitedApi {
  const answers: number[] = []
  let [refused, tooEarly, closedFrom, closedUntil] = [0, 0, 0, 0]

  const waitMs = (time: number) => {
    const waits = windows.map(({ calls, ms }) => {
      const held = answers.filter((answer) => answer > time - ms)
      return held.length < calls ? 0 : held.at(-calls)! + ms - time
    })
    return Math.max(...waits)
  }
  const answer = () => {
    const time = now()
    // what came at the very time of a refusal was on its way already
    if (time > closedFrom && time < closedUntil) tooEarly += 1
    const wait = waitMs(time)
    if (wait === 0) {
      answers.push(time)
      return HttpResponse.json({ phase: 'full' })
    }
    refused += 1
    closedFrom = time
    closedUntil = Math.max(closedUntil, time + Math.ceil(wait / 1000) * 1000)
    return HttpResponse.json({}, { status: 429, headers: { 'retry-after': String(Math.ceil(wait / 1000)) } })
  }

  return {
    handler: http.get(`${moon.url}/*`, answer),
    get answered() {
      return answers.length
    },
    get refused() {
      return refused
    },
    get tooEarly() {
      return tooEarly
    },
  }
}
