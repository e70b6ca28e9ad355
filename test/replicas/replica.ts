import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { freePort } from '../../generators/app/templates/test/core/free-port.ts'

/** A process of the service. */
export interface Replica {
  url: string
  opsUrl: string
  /** The name under which it claims searches. */
  owner: string
  /** What it wrote into its log. */
  log: Record<string, unknown>[]
  /**
   * Waits until a condition holds, which is looked at with each line of the log.
   * @throws {Error} when the process ends before.
   */
  logged(condition: () => boolean): Promise<void>
  /** Reads no more of the log, so that the pipe fills up; or goes on. */
  readLog(isRead: boolean): void
  /** Has no reader of the log any more. */
  closeLog(): void
  signal(name: NodeJS.Signals): void
  /** Its status once it has ended; the name of the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
  /** Its resident memory: in bytes. */
  memory(): Promise<number>
  /** The most that was resident at any time. */
  peakMemory(): Promise<number>
  /** Memory that it holds on to, without garbage that is yet to be collected: in bytes. */
  liveMemory(): Promise<number>
}

const LIVE_MEMORY = new URL('live-memory.mjs', import.meta.url).href

/** Starts a process of the service on free ports, and waits until it answers. */
export async function startReplica(main: string, env: Record<string, string>): Promise<Replica> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', LIVE_MEMORY, main], {
    env: await productionEnv(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const log: Record<string, unknown>[] = []
  const lines = createInterface({ input: child.stdout! })
  const started = new Promise<Record<string, unknown>>((resolve, reject) => {
    lines.on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>
      log.push(entry)
      if ('owner' in entry) resolve(entry)
    })
    child.once('close', (code) => {
      const said = log.map((entry) => JSON.stringify(entry)).join('\n')
      reject(new Error(`the service ended with ${code} before it had started:\n${said}`))
    })
  })
  const ended = statusOf(child)
  const { url, ops, owner } = await started
  return {
    url: String(url),
    opsUrl: String(ops),
    owner: String(owner),
    log,
    async logged(condition) {
      let isOver = false
      const over = ended.then(() => void (isOver = true))
      while (!condition()) {
        if (isOver) throw new Error('the service ended before it logged what was waited for')
        await Promise.race([once(lines, 'line'), over])
      }
    },
    readLog: (isRead) => void (isRead ? lines.resume() : lines.pause()),
    closeLog: () => void child.stdout!.destroy(),
    signal: (name) => child.kill(name),
    ended,
    memory: () => memoryOf(child.pid!, 'VmRSS'),
    peakMemory: () => memoryOf(child.pid!, 'VmHWM'),
    liveMemory: () =>
      new Promise((resolve) => {
        const read = (line: string) => {
          const { msg, bytes } = JSON.parse(line) as { msg: string; bytes: number }
          if (msg !== 'live memory') return
          lines.off('line', read)
          resolve(bytes)
        }
        lines.on('line', read)
        child.kill('SIGUSR2')
      }),
  }
}

/** The environment of a process in production, on ports that are free. */
export async function productionEnv(more: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  return {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    // 0 means "off"
    OPS_PORT: String(await freePort()),
    ...more,
  }
}

async function statusOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return code ?? signal!
}

async function memoryOf(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024
}
