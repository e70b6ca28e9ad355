/** How much time of a CPU something takes, in milliseconds: what else runs on the machine does not count. */
export function timeOf(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** The shortest time of up to 200 runs, in milliseconds. Stops at one within a limit. */
export function fastestOf(work: () => unknown, limit: number): number {
  let fastest = Infinity
  for (let run = 0; run < 200 && fastest > limit; run += 1) fastest = Math.min(fastest, timeOf(work))
  return fastest
}
