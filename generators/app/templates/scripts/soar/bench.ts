import { createHash, randomUUID } from 'node:crypto'
import { SoarError } from './answer.ts'
import type { Scan, Soar } from './client.ts'

/** How many artifacts are under way at once. */
const AT_ONCE = 20

/** What came of many scans. Times are in milliseconds, from the first request to the complete answer. */
export interface BenchSummary {
  artifacts: number
  withHits: number
  withoutHits: number
  failed: number
  /** Each failure's message, and how often it came. */
  failures: Record<string, number>
  totalMs: number
  perSecond: number
  medianMs: number
  p95Ms: number
  longestMs: number
}

/**
 * Scans many artifacts, each of them new.
 * @param onProgress is told how many are done.
 */
export async function measure(
  soar: Soar,
  { count, type, timeoutSecs }: { count: number; type: string; timeoutSecs: number },
  onProgress: (done: number) => void,
): Promise<BenchSummary> {
  const run = randomUUID().slice(0, 8)
  const scans: Scan[] = []
  const failures: Record<string, number> = {}
  const begun = performance.now()
  let next = 0
  let done = 0
  const work = async () => {
    while (next < count) {
      const artifact = { type, value: sampleValue(type, `${run}-${next++}`) }
      try {
        scans.push(await soar.scan({ artifact }, timeoutSecs))
      } catch (error) {
        if (!(error instanceof SoarError)) throw error
        const message = withoutId(error.message)
        failures[message] = (failures[message] ?? 0) + 1
      }
      onProgress(++done)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work))
  return summaryOf(scans, failures, performance.now() - begun)
}

function summaryOf(scans: readonly Scan[], failures: Record<string, number>, totalMs: number): BenchSummary {
  const times = scans.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const share = (part: number) => times[Math.max(0, Math.ceil(times.length * part) - 1)] ?? 0
  const withHits = scans.filter(({ hits }) => hits.length > 0).length
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  return {
    artifacts: scans.length + failed,
    withHits,
    withoutHits: scans.length - withHits,
    failed,
    failures,
    totalMs: Math.round(totalMs),
    perSecond: Math.round(((scans.length + failed) / totalMs) * 100_000) / 100,
    medianMs: share(0.5),
    p95Ms: share(0.95),
    longestMs: share(1),
  }
}

/** Failures that differ by an id alone count as one. */
function withoutId(message: string): string {
  return message.replaceAll(/[\w-]{40,}/g, 'ID')
}

/** A value that nobody has asked for before; addresses are of the ranges that are kept free for examples. */
function sampleValue(type: string, unique: string): string {
  if (type === 'net.uri') return `http://bench-${unique}.example/`
  if (type === 'net.name') return `bench-${unique}.example`
  const [, algorithm] = /^hash\.(md5|sha1|sha256)$/.exec(type) ?? []
  if (algorithm) return createHash(algorithm).update(unique).digest('hex')
  if (type !== 'net.ip') return `bench-${unique}`
  const hex = createHash('sha256').update(unique).digest('hex')
  return `2001:db8:${hex.slice(0, 4)}:${hex.slice(4, 8)}::${hex.slice(8, 12)}`
}
