import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { MongoClient } from 'mongodb'
import { defineSearcher, hit, text, type Hit } from '../../generators/app/templates/src/core/define.ts'
import { createLog } from '../../generators/app/templates/src/core/ops/log.ts'
import { startService, type Service } from '../../generators/app/templates/src/core/service.ts'
import { loadConfig } from '../../generators/app/templates/src/core/settings/config.ts'
import { lists } from '../../generators/app/templates/src/sources/lists.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** What a service answers. */
export interface Answer {
  status: number
  hits?: Hit[]
  error?: string
}

/** A service that looks into local lists, and asks a public source about names. */
export interface ListsService extends Service {
  /** The names that the public source was asked about. */
  asked: string[]
  /** What it wrote into its log. */
  log: string[]
  /** Scans an artifact, and waits for what comes of it. */
  scan(type: string, value: unknown): Promise<Answer>
}

export const outsideHit = hit(text('Source', 'outside'))

/** A folder of lists for one test; a file is written beside the old one and renamed, as writers should. */
export async function listsFolder(files: Record<string, string>): Promise<{ path: string; write: typeof write }> {
  const path = await temporaryFolder()
  async function write(name: string, content: string): Promise<void> {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, '.new'), content)
    await rename(join(path, '.new'), join(path, name))
  }
  for (const [name, content] of Object.entries(files)) await write(name, content)
  return { path, write }
}

/** Starts such a service, which is stopped after the test. It knows of `evil.example` what the public source says. */
export async function startListsService(t: TestContext, env: Record<string, string>): Promise<ListsService> {
  const asked: string[] = []
  const log: string[] = []
  const ofLists = defineSearcher({ name: 'lists', artifactTypes: lists.types, sources: [lists] })
  const outside = defineSearcher({
    name: 'outside',
    artifactTypes: ['net.name'],
    async search({ value }) {
      asked.push(value)
      return value === 'evil.example' ? [outsideHit] : []
    },
  })
  const searchers = [ofLists, outside]
  const settings = { HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', CTS_SYNC_WAIT_MS: '10000', ...env }
  const service = await startService(
    loadConfig(settings, searchers),
    searchers,
    createLog('info', { write: (line) => void log.push(String((JSON.parse(line) as { msg: string }).msg)) }),
  )
  t.after(() => service.stop())
  const scan = async (type: string, value: unknown): Promise<Answer> => {
    let answer = await fetch(service.url, {
      method: 'POST',
      body: JSON.stringify({ type, value }),
      redirect: 'manual',
    })
    // not done by then, as when a list has changed meanwhile
    const { id, ...first } = (await answer.json()) as Answer & { id: string }
    while (answer.status === 303) answer = await fetch(`${service.url}/${id}`, { redirect: 'manual' })
    const { hits, error } = answer.bodyUsed ? first : ((await answer.json()) as Answer)
    return { status: answer.status, ...(hits && { hits }), ...(error !== undefined && { error }) }
  }
  return { ...service, asked, log, scan }
}

/** The settings of a database of its own, which is dropped after the test. */
export function ownDatabase(t: TestContext, url: string): Record<string, string> {
  const database = `cts-test-${randomUUID()}`
  t.after(async () => {
    const client = new MongoClient(url)
    await client.db(database).dropDatabase()
    await client.close()
  })
  return { MONGODB_URL: url, MONGODB_DB: database }
}
