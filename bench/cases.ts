import { OptionsError } from './options.ts'

/** What clients ask for. */
export type Kind = 'get-finished' | 'post-finished' | 'get-pending' | 'post-new' | 'options' | 'rescan' | 'upload'

export type StoreName = 'mongodb' | 'memory'

/** The bare servers: "batched" is h3 that gathers its look-ups as the service does; on the memory store there is only http. */
export type BareName = 'h3' | 'http' | 'batched'

/** One thing that is measured. */
export interface BenchCase {
  name: string
  store: StoreName
  kind: Kind
  /** With basic authentication. */
  auth: boolean
  /** The least ratio of throughput, service to bare server, that the project wants. */
  targets: Partial<Record<BareName, number>>
}

const KINDS: Record<Kind, string> = {
  'get-finished': 'GET of a finished search',
  'post-finished': 'POST of a finished search',
  'get-pending': 'GET of a pending search',
  'post-new': 'POST of new artifacts, until the last search is done',
  options: 'OPTIONS',
  rescan: 'POST, 90 % finished and 10 % new',
  upload: 'POST of a known file of 5 MB',
}

const WITH_AUTH: Kind[] = ['get-finished', 'post-finished', 'options']

const TARGETS: Record<string, BenchCase['targets']> = {
  'mongodb/get-finished': { h3: 0.95, http: 0.8 },
  'mongodb/post-finished': { h3: 0.95, http: 0.8 },
  'mongodb/post-new': { http: 0.75 },
  'memory/get-finished': { http: 0.6 },
  'memory/post-finished': { http: 0.6 },
}

/** Every case, by store, kind and authentication: `mongodb/get-finished`, `memory/options+auth` … */
export const CASES: BenchCase[] = (['mongodb', 'memory'] as const).flatMap((store) =>
  [false, true].flatMap((auth) =>
    (auth ? WITH_AUTH : (Object.keys(KINDS) as Kind[])).map((kind) => {
      const name = `${store}/${kind}${auth ? '+auth' : ''}`
      return { name, store, kind, auth, targets: TARGETS[name] ?? {} }
    }),
  ),
)

/** What a case is, in words. */
export function describe({ kind, auth, store }: BenchCase): string {
  return `${KINDS[kind]}${auth ? ', authenticated' : ''}, ${store === 'mongodb' ? 'MongoDB' : 'memory store'}`
}

/**
 * The cases whose name holds one of the words; without words all, or those that have a target.
 * @throws {OptionsError} when a word chooses none.
 */
export function chooseCases(words: readonly string[], full: boolean): BenchCase[] {
  for (const word of words) {
    if (!CASES.some(({ name }) => name.includes(word))) {
      const names = CASES.map(({ name }) => name).join(', ')
      throw new OptionsError(`No case has "${word}" in its name. The cases: ${names}.`)
    }
  }
  if (words.length > 0) return CASES.filter(({ name }) => words.some((word) => name.includes(word)))
  return CASES.filter(({ targets }) => full || Object.keys(targets).length > 0)
}

/** The bare servers that a case is compared with. */
export function bareServersOf({ store }: BenchCase): BareName[] {
  return store === 'mongodb' ? ['h3', 'http', 'batched'] : ['http']
}
