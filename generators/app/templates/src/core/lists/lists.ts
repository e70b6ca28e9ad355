import { createHash } from 'node:crypto'
import type { GoodList, OwnList } from '../gate/rules.ts'
import { createGoodCoverage, createOwnCoverage, entriesOf } from './coverage.ts'
import type { Use } from './draft.ts'
import { Folder } from './folder.ts'
import type { Fetch } from './remote/get.ts'
import { statusOf, type List, type ListStatus } from './list.ts'
import { ListsError } from './errors.ts'
import { match, type Matches } from './match.ts'
import type { ListsClock } from './remote/poller.ts'
import { RemoteLists } from './remote/remote-lists.ts'
import { strayText, Teller, type ListsLog } from './teller.ts'

/** What lists are opened with. */
export interface ListsOptions {
  /** The path of their folder. */
  folder: string
  /** How often it is looked at. */
  reloadSecs: number
  /** How many entries all lists may have together. */
  maxEntries: number
  clock: ListsClock
  fetch: Fetch
  log: ListsLog
}

/** The local lists. */
export interface Lists {
  /** What is ours, for the gate. */
  own: OwnList
  /** What is known to be harmless, for the gate. */
  good: GoodList
  /**
   * Looks an artifact up in the lists of what is bad.
   * @param value in its canonical form; of `file.content` its SHA-256.
   */
  match(type: string, value: unknown): Matches
  /**
   * Another one once any list of what is bad has changed; the same in each process that has the same lists. To be read
   * before what is looked up, so that a change meanwhile is seen.
   */
  readonly revision: string
  /** How each list does. */
  status(): ListStatus[]
  /** What is wrong with the folder or with `lists.json`, and what lies where nothing is read. */
  problems(): readonly string[]
  /** Looks at the folder now, for SIGHUP: resolves when all that had changed by now is read. Never rejects. */
  reload(): Promise<void>
  /** Ends it; resolves when nothing is under way. */
  close(): Promise<void>
}

/**
 * Reads the lists of a folder, and goes on to read what changes.
 * @throws {ListsError} if the folder, `lists.json`, or a list of what is ours or known to be good cannot be used.
 */
export async function openLists(options: ListsOptions): Promise<Lists> {
  const { folder: root, reloadSecs, maxEntries, clock, fetch, log } = options
  const teller = new Teller(log)
  const now = () => clock.now()
  let revision = ''
  const roomFor = (list: List) => maxEntries - entriesOf(all().filter((one) => one !== list))
  const folder = new Folder({ root, roomFor, teller, now })
  const remote = new RemoteLists({
    getter: { fetch, root },
    clock,
    roomFor,
    onPolled: (list) => {
      teller.tell(list, now())
      revision = revisionOf(all())
    },
  })
  const all = (): List[] => [...folder.lists.values(), ...remote.lists]
  const ofUse = (use: Use) => () => all().filter((list) => list.use === use)

  await folder.start()
  const first = remote.follow(folder.manifest).filter(({ list }) => list.use !== 'bad')
  await Promise.all(first.map((poller) => poller.first))
  const mistakes = first.flatMap(({ list: { id, problem } }) => (problem === undefined ? [] : `list ${id} ${problem}`))
  if (mistakes.length > 0) {
    await remote.stop()
    throw new ListsError(mistakes)
  }

  revision = revisionOf(all())
  let isClosed = false
  let cancelNext: (() => void) | undefined
  let running = Promise.resolve()
  let queued: Promise<void> | undefined
  const reloadOnce = async () => {
    queued = undefined
    cancelNext?.()
    if (isClosed) return
    await folder.reload()
    if (isClosed) return
    remote.follow(folder.manifest)
    for (const list of remote.lists) teller.tell(list, now())
    revision = revisionOf(all())
    schedule()
  }
  const schedule = () => {
    cancelNext = clock.after(reloadSecs * 1000, () => void reload())
  }
  const reload = (): Promise<void> => {
    queued ??= running.then(() => (running = reloadOnce()))
    return queued
  }
  schedule()

  return {
    own: createOwnCoverage(ofUse('own')),
    good: createGoodCoverage(ofUse('good'), now),
    match: (type, value) => match(ofUse('bad')(), { type, value }, now()),
    get revision() {
      return revision
    },
    status: () => statusOf(all(), now()),
    problems: () => [...folder.problems, ...folder.strays.map(strayText)],
    reload,
    async close() {
      isClosed = true
      cancelNext?.()
      await Promise.all([running, remote.stop()])
    },
  }
}

function revisionOf(lists: readonly List[]): string {
  const digests = lists.filter(({ use }) => use === 'bad').map(({ id, loaded }) => `${id} ${loaded?.digest ?? ''}`)
  return createHash('sha256').update(digests.toSorted().join('\n')).digest('base64url')
}
