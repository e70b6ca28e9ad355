import type { Database } from './database.ts'
import type { Load } from './driver/load.ts'
import { resetPeak, usageOf } from './process-usage.ts'
import type { Server } from './server.ts'
import type { Bench } from './setup.ts'

/** What a server did under a load. Times are in milliseconds, memory in megabytes. */
export interface Measurement {
  /** Requests a second; of new artifacts those whose search was done. */
  perSecond: number
  p50: number
  p99: number
  p999: number
  /** CPU time of the server's process: in microseconds a request. */
  cpuUs: number
  /** The share of the time that the process was on a CPU: far below 1, something else is what limits. */
  busy: number
  rss: number
  peak: number
  /** What memory grew by at its peak, for each connection: in kilobytes. */
  kbAConnection: number
}

/** The names of a measurement's numbers. */
export type Metric = keyof Measurement

/** Drives a server, and waits until the searches that it began are done. */
export async function measure(
  { driver, source }: Bench,
  server: Server,
  load: Load,
  database: Database | undefined,
): Promise<Measurement> {
  server.truncateLog()
  await resetPeak(server.pid)
  const askedBefore = await source.answered()
  const before = await usageOf(server.pid)
  const { responses, startedAt, endedAt, p50, p99, p999 } = await driver.run(load)
  const searches = load.freshEvery > 0 ? await source.quiet(database) : undefined
  const after = await usageOf(server.pid)
  // requests that the end of the load cut off were served too: of new artifacts the source knows how many
  const served = load.freshEvery === 1 ? searches!.answered - askedBefore : responses
  const ms = Math.max(endedAt, searches?.lastAt ?? 0) - startedAt
  const cpuMs = after.cpuMs - before.cpuMs
  return {
    perSecond: (served * 1000) / ms,
    p50,
    p99,
    p999,
    cpuUs: (cpuMs * 1000) / served,
    busy: cpuMs / ms,
    rss: after.rssMb,
    peak: after.peakMb,
    kbAConnection: Math.max(0, (after.peakMb - before.rssMb) * 1024) / load.connections,
  }
}
