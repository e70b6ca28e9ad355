import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from './cleanup.ts'
import type { Database } from './database.ts'
import { startServer } from './server.ts'
import type { Workspace } from './workspace.ts'

/** How long nothing may have been asked before all searches count as done: in milliseconds. */
const QUIET_MS = 300
const PATIENCE_MS = 120_000

/** The threat source that all servers ask. */
export interface Source {
  url: string
  /** How often it was asked. */
  answered(): Promise<number>
  /** Waits until no search is under way; gives when the source was last asked. */
  quiet(database: Database | undefined): Promise<{ answered: number; lastAt: number }>
}

/** Starts the threat source. */
export async function startSource(workspace: Workspace, cleanup: Cleanup): Promise<Source> {
  const { url } = await startServer('source', workspace.bare('source'), {}, { folder: workspace.folder, cleanup })
  const stats = async () => (await (await fetch(`${url}/stats`)).json()) as { answered: number; lastAt: number }
  return {
    url,
    answered: async () => (await stats()).answered,

    async quiet(database) {
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
        const now = await stats()
        if (Date.now() - now.lastAt >= QUIET_MS && !(await database?.isBusy())) return now
      }
      throw new Error(`searches are still under way after ${PATIENCE_MS / 1000} s`)
    },
  }
}
