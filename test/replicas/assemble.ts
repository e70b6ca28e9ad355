import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../../', import.meta.url))
const template = join(repository, 'generators/app/templates')
const LEFT_OUT = new Set(['node_modules', 'dist', '.env'])

/** A service with searchers of a test's own, built as its owner builds it. */
export interface AssembledService {
  /** The bundle that `npm start` runs. */
  main: string
  folder: string
  remove(): Promise<void>
}

/**
 * Puts a service together from the templates, with this repository's own node_modules, and builds it.
 * @param searchers the code of each searcher under its name.
 */
export async function assembleService(searchers: Record<string, string>): Promise<AssembledService> {
  const folder = await mkdtemp(join(tmpdir(), 'cts-assembled-'))
  await cp(template, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, code] of Object.entries(searchers)) {
    await writeFile(join(folder, 'src/searchers', `${name}.ts`), code)
  }
  await writeFile(join(folder, 'src/searchers/index.ts'), renderIndex(Object.keys(searchers).toSorted()))
  await run(join(repository, 'node_modules/.bin/tsup'), [], { cwd: folder })
  return { folder, main: join(folder, 'dist/main.js'), remove: () => rm(folder, { recursive: true, force: true }) }
}

/** A searcher of `net.uri` that asks a local source, by `SLOW_API_URL`, and shows what it answers. */
export const SLOW_SEARCHER = `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text } from '../core/define.ts'

const slow = defineSource({
  id: 'slow',
  title: 'Slow',
  url: 'http://127.0.0.1',
  concurrency: 1000,
  lookUp: {
    async 'net.uri'(value, { ask }) {
      const { threat } = await ask({ path: '/', query: { value }, schema: v.object({ threat: v.string() }) })
      return [hit(text('Threat', threat))]
    },
  },
})

export const searcher = defineSearcher({ name: 'slow', artifactTypes: ['net.uri'], sources: [slow] })
`
