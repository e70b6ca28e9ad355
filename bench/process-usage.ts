import { readFile, writeFile } from 'node:fs/promises'

/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS = 100

/** What a process has used so far. */
export interface Usage {
  /** In user and system mode: in milliseconds. */
  cpuMs: number
  /** Resident memory: in megabytes. */
  rssMb: number
  /** The most resident memory since the last reset: in megabytes. */
  peakMb: number
}

/** Reads what a process has used. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  // the second field, the name, may hold spaces
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024
  return { cpuMs: (ticks * 1000) / TICKS, rssMb: mb('VmRSS'), peakMb: mb('VmHWM') }
}

/** Lets the peak of a process's memory begin anew. */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}
