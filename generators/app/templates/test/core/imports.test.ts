import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { before, describe, it } from 'node:test'

/**
 * The rooms of `src`, from the top down, with the rooms that each may import from. Imports run one way: down. What is
 * below `core/define.ts` is open to your searchers and sources through that door alone.
 */
const ROOMS: Record<string, readonly string[]> = {
  'main.ts': ['searchers', 'core/service.ts', 'core/start-failure.ts', 'core/settings', 'core/ops', 'core/setting.ts'],

  searchers: ['sources', 'core/define.ts'],
  sources: ['core/define.ts'],
  'core/define.ts': ['core/search', 'core/client', 'core/gate', 'core/lists', 'core/protocol', 'core/setting.ts'],

  'core/start-failure.ts': ['core/settings', 'core/lists', 'core/store', 'core/setting.ts'],
  'core/service.ts': [
    'core/open-lists.ts',
    'core/lists',
    'core/http',
    'core/ops',
    'core/settings',
    'core/context.ts',
    'core/search',
    'core/client',
    'core/gate',
    'core/store',
    'core/store/memory',
    'core/store/mongodb',
    'core/protocol',
    'core/events.ts',
    'core/time.ts',
  ],
  'core/open-lists.ts': ['core/settings', 'core/lists'],
  'core/ops': [
    'core/http',
    'core/router.ts',
    'core/rpc',
    'core/settings',
    'core/context.ts',
    'core/search',
    'core/client',
    'core/gate',
    'core/lists',
    'core/store',
    'core/protocol',
    'core/events.ts',
    'core/time.ts',
  ],
  'core/http': [
    'core/router.ts',
    'core/context.ts',
    'core/rpc',
    'core/store',
    'core/protocol',
    'core/events.ts',
    'core/setting.ts',
  ],
  'core/router.ts': ['core/context.ts', 'core/rpc', 'core/search', 'core/gate', 'core/store', 'core/protocol'],
  'core/rpc': [],
  'core/settings': ['core/search', 'core/client', 'core/gate', 'core/setting.ts'],
  'core/context.ts': ['core/search', 'core/gate', 'core/store', 'core/events.ts'],
  'core/search': [
    'core/client',
    'core/lists',
    'core/gate',
    'core/store',
    'core/protocol',
    'core/events.ts',
    'core/setting.ts',
    'core/time.ts',
  ],
  'core/client': [
    'core/gate',
    'core/lists',
    'core/store',
    'core/protocol',
    'core/events.ts',
    'core/setting.ts',
    'core/time.ts',
  ],
  'core/events.ts': ['core/gate', 'core/protocol'],
  'core/lists': ['core/gate', 'core/protocol'],
  'core/gate': ['core/store', 'core/protocol', 'core/time.ts'],
  'core/store/memory': ['core/store', 'core/protocol'],
  'core/store/mongodb': ['core/store', 'core/protocol', 'core/setting.ts'],
  'core/store': ['core/protocol'],
  'core/protocol': [],
  'core/setting.ts': [],
  'core/time.ts': [],
}

/** Whose code may only reach the network through `ask`: so that the gate and the ledger see each call. */
const OWNERS_ROOMS = new Set(['searchers', 'sources'])
/** The packages that it may import, and of Node what is not the network. A package that does not reach it may be added. */
const OWNERS_PACKAGES =
  /^(?:valibot|node:(?:assert|buffer|crypto|events|fs|os|path|stream|string_decoder|timers|url|util|zlib)(?:\/.*)?)$/
/** What it may import of `node:net`, which has more than connections. */
const OF_NET = /^import (?:type \{.*\}|\{ (?:(?:isIP|isIPv4|isIPv6)(?:, )?)+ \}) from 'node:net'$/

const src = new URL('../../src/', import.meta.url)

interface Import {
  /** The file that imports, below `src`. */
  from: string
  /** The file that is imported, below `src`, or the name of a package. */
  to: string
  statement: string
}

describe('imports', () => {
  let imports: Import[]
  before(async () => {
    const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith('.ts'))
    imports = (await Promise.all(files.map((file) => importsOf(file.replaceAll('\\', '/'))))).flat()
  })
  const between = () => imports.filter(({ to }) => to.endsWith('.ts'))

  it('run from room to room as the table above allows', () => {
    const wrong = between().filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)]
      return room !== other && !ROOMS[room]?.includes(other)
    })
    assert.deepEqual(wrong.map(told), [])
  })

  it('run one way, down the table', () => {
    const order = Object.keys(ROOMS)
    const up = order.flatMap((room, index) => ROOMS[room]!.filter((other) => order.indexOf(other) < index))
    assert.deepEqual(up, [])
  })

  it('make no circle of files', () => {
    assert.deepEqual(circle(between()), [])
  })

  it('give searchers and sources no way to the network but `ask`', () => {
    const wrong = imports
      .filter(({ from, to }) => OWNERS_ROOMS.has(roomOf(from)) && !to.endsWith('.ts'))
      .filter(({ to, statement }) => !OWNERS_PACKAGES.test(to) && !OF_NET.test(statement))
    assert.deepEqual(wrong.map(told), [])
  })
})

/** The innermost room that a file is in. */
function roomOf(file: string): string {
  const rooms = Object.keys(ROOMS).filter((room) => file === room || file.startsWith(`${room}/`))
  return rooms.toSorted((a, b) => b.length - a.length)[0] ?? `no room of the table: ${file}`
}

async function importsOf(from: string): Promise<Import[]> {
  const code = await readFile(new URL(from, src), 'utf8')
  const statements = code.matchAll(/^(?:import|export)\s(?:[^'"=(:;]*\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm)
  return Array.from(statements, ([statement, name, lazy]) => {
    const specifier = name ?? lazy ?? ''
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier
    return { from, to, statement }
  })
}

function told({ from, to }: Import): string {
  return `${from} imports ${to}`
}

/** The files of a circle, if there is one. */
function circle(imports: readonly Import[]): string[] {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return path.slice(path.indexOf(file))
    if (done.has(file)) return []
    done.add(file)
    const onward = imports.filter(({ from }) => from === file)
    return onward.map(({ to }) => visit(to, [...path, file])).find(({ length }) => length > 0) ?? []
  }
  return (
    [...new Set(imports.map(({ from }) => from))].map((file) => visit(file, [])).find((found) => found.length > 0) ?? []
  )
}
