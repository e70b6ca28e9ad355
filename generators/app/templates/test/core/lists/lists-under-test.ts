import { mkdtempSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { openLists, type Lists, type ListsOptions } from '../../../src/core/lists/lists.ts'
import type { ListsClock } from '../../../src/core/lists/remote/poller.ts'

/** A clock that a test moves: at the beginning of 2026. */
export interface MovedClock extends ListsClock {
  /** Lets so many milliseconds pass, and calls back who waits for them. */
  advance(ms: number): void
}

/** A folder of lists for one test. */
export interface ListsFolder {
  path: string
  clock: MovedClock
  /** What the log was told: its level and the message. */
  log: string[]
  /** Is called before the log is told something. */
  beforeLog: (message: string) => void
  /** Writes a file below the folder, as writers should: under another name, then renamed. */
  write(name: string, content: string | Buffer, options?: { ageHours?: number }): void
  /** Opens its lists, which are closed after the test. */
  open(options?: Partial<ListsOptions>): Promise<Lists>
}

export const HOUR = 3_600_000

/** Makes a folder with these files, which is removed after the test. */
export function createFolder(t: TestContext, files: Record<string, string | Buffer> = {}): ListsFolder {
  const path = mkdtempSync(join(tmpdir(), 'cts-lists-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  const clock = createMovedClock()
  let writes = 0
  const tell = (level: string) => (_: object, message: string) => {
    folder.beforeLog(message)
    folder.log.push(`${level}: ${message}`)
  }
  const folder: ListsFolder = {
    path,
    clock,
    log: [],
    beforeLog() {},
    write(name, content, { ageHours = 0 } = {}) {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${path}.new`, content)
      // each file has a time of its own, as the nanoseconds of a real one do
      const seconds = (clock.now() - ageHours * HOUR + ++writes) / 1000
      utimesSync(`${path}.new`, seconds, seconds)
      renameSync(`${path}.new`, file)
    },
    async open(options) {
      const lists = await openLists({
        folder: path,
        reloadSecs: 30,
        maxEntries: 1000,
        clock,
        fetch: () => Promise.reject(new Error('nothing may be fetched here')),
        log: { info: tell('info'), warn: tell('warn'), error: tell('error') },
        ...options,
      })
      t.after(() => lists.close())
      return lists
    },
  }
  for (const [name, content] of Object.entries(files)) folder.write(name, content)
  return folder
}

function createMovedClock(): MovedClock {
  let now = Date.UTC(2026, 0, 1)
  const timers = new Map<() => void, number>()
  return {
    now: () => now,
    after(ms, callback) {
      const timer = () => callback()
      timers.set(timer, now + ms)
      return () => timers.delete(timer)
    },
    advance(ms) {
      now += ms
      for (const [timer, at] of timers) {
        if (at > now) continue
        timers.delete(timer)
        timer()
      }
    },
  }
}
