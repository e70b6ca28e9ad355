/** How much time of a CPU something takes, in milliseconds: what else runs on the machine does not count. */
export function timeOf(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** What tells the pace of a machine: `JSON.parse` of this takes 0.3 ms where our limits hold. */
const REFERENCE = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => `name${i}.evil.example`))
const REFERENCE_MS = 0.3

/**
 * The shortest time of up to 200 runs, in milliseconds. Stops at one within a limit; if there is none, and the machine
 * is slow, it is told as on one of the usual pace.
 */
export function fastestOf(work: () => unknown, limit: number): number {
  let fastest = Infinity
  let reference = Infinity
  for (let run = 0; run < 200; run += 1) {
    fastest = Math.min(fastest, timeOf(work))
    if (fastest <= limit) return fastest
    reference = Math.min(
      reference,
      timeOf(() => JSON.parse(REFERENCE)),
    )
  }
  return fastest * Math.min(1, REFERENCE_MS / reference)
}
