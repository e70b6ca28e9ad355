/** How long something takes, in milliseconds. */
export function timeOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** The shortest time of up to 20 runs, in milliseconds: others may use the machine too. Stops at one within a limit. */
export function fastestOf(work: () => unknown, limit: number): number {
  let fastest = Infinity
  for (let run = 0; run < 20 && fastest > limit; run += 1) fastest = Math.min(fastest, timeOf(work))
  return fastest
}
