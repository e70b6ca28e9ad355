import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { USES, type Use } from './draft.ts'
import { codeOf, ListsError } from './errors.ts'
import { List } from './list.ts'
import { loadFiles } from './load-files.ts'
import { MemoryPool } from './index/memory-pool.ts'
import { NO_MANIFEST, optionsOf, readManifest, type Manifest } from './manifest.ts'
import { NOT_THERE, scanFolder, stampOf, type FolderContent, type FoundList } from './scan-folder.ts'
import type { Teller } from './teller.ts'

/** What is wrong with a list that is named in `lists.json` alone. */
const MISSING = 'is named in lists.json, and is not there'

/** What a folder of lists is read with. */
export interface FolderOptions {
  /** Its path. */
  root: string
  /** How many entries a list may have. */
  roomFor(list: List): number
  teller: Teller
  now(): number
  /** How many bad lines of a list are kept with their text. */
  keptBadLines?: number | undefined
}

/** The lists of a folder, each as it was when it could be read last. */
export class Folder {
  readonly lists = new Map<string, List>()
  manifest: Manifest = NO_MANIFEST
  /** What is wrong with the folder itself or with `lists.json`. */
  problems: readonly string[] = []
  /** What lies where nothing is read. */
  strays: readonly string[] = []
  readonly #options: FolderOptions
  readonly #pool = new MemoryPool()
  #manifestStamp: string | undefined
  /** What lists were made of which would come to the same again. */
  readonly #stamps = new Map<string, string>()

  constructor(options: FolderOptions) {
    this.#options = options
  }

  /**
   * Reads all lists for the first time.
   * @throws {ListsError} if the folder, `lists.json`, or a list of what is ours or known to be good cannot be used:
   * without these the service would tell others what it must not.
   */
  async start(): Promise<void> {
    const { root } = this.#options
    const mistakes = await this.#readManifest()
    const content = await scanFolder(root).catch((error: unknown) => {
      throw new ListsError([
        ...mistakes,
        `CTS_LISTS: ${root} cannot be read (${codeOf(error)}): is it the right folder?`,
      ])
    })
    await this.#update(content)
    this.#note([], content.strays)
    for (const list of this.lists.values()) {
      const { id, use, problem } = list
      if (problem === MISSING || (use !== 'bad' && problem !== undefined)) mistakes.push(`list ${id} ${problem}`)
    }
    if (mistakes.length > 0) throw new ListsError(mistakes)
  }

  /** Reads again what has changed, one list after another. What cannot be read stays as it was, and says so. */
  async reload(): Promise<void> {
    const { root } = this.#options
    const problems = await this.#readManifest()
    let { strays } = this
    try {
      const content = await scanFolder(root)
      await this.#update(content)
      strays = content.strays
    } catch (error) {
      const why = `cannot be read (${codeOf(error)})`
      problems.push(`CTS_LISTS: ${root} ${why}`)
      for (const list of this.lists.values()) this.#fail(list, `cannot be read: the folder ${why}`)
    }
    this.#note(problems, strays)
  }

  #note(problems: readonly string[], strays: readonly string[]): void {
    const { teller } = this.#options
    for (const problem of problems) if (!this.problems.includes(problem)) teller.tellProblem(problem)
    for (const stray of strays) if (!this.strays.includes(stray)) teller.tellStray(stray)
    this.problems = problems
    this.strays = strays
  }

  /** Reads `lists.json` if it has changed, and gives what is wrong with it: then what it said before still counts. */
  async #readManifest(): Promise<string[]> {
    const path = join(this.#options.root, 'lists.json')
    try {
      const stamp = stampOf(await stat(path, { bigint: true }))
      if (stamp === this.#manifestStamp) return []
      this.manifest = readManifest(await readFile(path, 'utf8'))
      this.#manifestStamp = stamp
      return []
    } catch (error) {
      if (error instanceof ListsError) return [...error.problems]
      const code = codeOf(error)
      return code === 'ENOENT' && this.#manifestStamp === undefined ? [] : [`lists.json cannot be read (${code})`]
    }
  }

  async #update(content: FolderContent): Promise<void> {
    const { teller, now } = this.#options
    for (const found of content.lists) {
      await this.#load(found)
      teller.tell(this.lists.get(found.id)!, now())
    }
    this.#pool.clear()
    const unmet = this.#unmet(content)
    const found = new Set(content.lists.map(({ id }) => id))
    for (const list of [...this.lists.values()].filter(({ id }) => !found.has(id))) {
      const [, why] = [...unmet].find(([path]) => isWithin(list.id, path)) ?? []
      if (why === undefined) this.#takeOut(list)
      else this.#fail(list, why)
    }
    // what was never there is a list too, which fails what it is asked for
    for (const [id, problem] of unmet) {
      if (problem === NOT_THERE || [...this.lists.keys()].some((one) => isWithin(one, id))) continue
      const list = new List({ id, use: useOf(id), options: optionsOf(this.manifest, id) })
      this.lists.set(id, list)
      this.#fail(list, problem)
    }
  }

  /** What ought to be there and is not, or cannot be looked into: by its path, a folder's with `/` at its end. */
  #unmet({ lists, unreadable }: FolderContent): Map<string, string> {
    const unmet = new Map(unreadable)
    for (const path of this.manifest.files.keys())
      if (!lists.some(({ id }) => isWithin(id, path)) && (unmet.get(path) ?? NOT_THERE) === NOT_THERE)
        unmet.set(path, MISSING)
    return unmet
  }

  async #load({ id, use, files }: FoundList): Promise<void> {
    const { roomFor, keptBadLines } = this.#options
    const options = optionsOf(this.manifest, id)
    const stamp = JSON.stringify([files.map((file) => [file.name, file.stamp]), options])
    const list = this.lists.get(id) ?? new List({ id, use })
    const room = roomFor(list)
    const known = this.#stamps.get(id)
    if (known === stamp || known === withRoom(stamp, room)) return
    list.options = options
    this.lists.set(id, list)
    const outcome = await loadFiles(list, { files, room, keptBadLines, pool: this.#pool })
    if (outcome === 'unread') this.#stamps.delete(id)
    else this.#stamps.set(id, outcome === 'no room' ? withRoom(stamp, room) : stamp)
  }

  #fail(list: List, problem: string): void {
    list.problem = problem
    // when it is back it is read, changed or not
    this.#stamps.delete(list.id)
    this.#options.teller.tell(list, this.#options.now())
  }

  #takeOut(list: List): void {
    this.lists.delete(list.id)
    this.#stamps.delete(list.id)
    if (list.loaded) this.#options.teller.tellGone(list)
  }
}

/** Whether a list is a path, or beneath it where it is a folder. */
function isWithin(id: string, path: string): boolean {
  return id === path || (path.endsWith('/') && id.startsWith(path))
}

function withRoom(stamp: string, room: number): string {
  return `${stamp} ${room}`
}

function useOf(path: string): Use {
  return USES.find((use) => path.startsWith(`${use}/`)) ?? 'bad'
}
