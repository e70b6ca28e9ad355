import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'tsup'
import serviceConfig from '../generators/app/templates/tsup.config.ts'
import { packageRoot } from '../generators/package-root.ts'
import type { Cleanup } from './cleanup.ts'
import { SEARCHER } from './searcher.ts'

const run = promisify(execFile)
const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)

/** A temporary folder with what the benchmark runs: bundles. */
export interface Workspace {
  folder: string
  /** The service, with searchers of the benchmark's own. */
  service: string
  /** The service of another commit, if one is to be compared with. */
  before: string | undefined
  bare(name: 'server' | 'constant'): string
}

/** Generates the service and builds it and the bare servers, in a folder that is removed at the end. */
export async function createWorkspace(cleanup: Cleanup, before: string | undefined): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'cts-bench-'))
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const entry = Object.fromEntries(['server', 'constant'].map((name) => [name, `bench/bare/${name}.ts`]))
  // as the service is built; beside them lies no package.json that says what they are
  const outExtension = () => ({ js: '.mjs' })
  await build({
    ...(serviceConfig as object),
    entry,
    outDir: join(folder, 'bare'),
    outExtension,
    config: false,
    silent: true,
  })
  return {
    folder,
    service: await buildService(packageRoot, join(folder, 'service')),
    before: before && (await buildBefore(before, folder, cleanup)),
    bare: (name) => join(folder, 'bare', `${name}.mjs`),
  }
}

/** Generates a service as its owner would, with this repository's own node_modules, and builds it. */
async function buildService(root: string, folder: string): Promise<string> {
  const cli = join(root, 'generators/cli.ts')
  await run(bin('tsx'), [cli, folder, '--yes', '--skip-install', '--skip-git'], { cwd: root })
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
  // in place of the one that a service begins with
  await writeFile(join(folder, 'src/searchers/url.ts'), SEARCHER)
  await run(bin('tsx'), ['scripts/searchers.ts'], { cwd: folder })
  await run(bin('tsup'), [], { cwd: folder })
  return join(folder, 'dist/main.js')
}

async function buildBefore(commit: string, folder: string, cleanup: Cleanup): Promise<string> {
  const tree = join(folder, 'before')
  cleanup.add(() => run('git', ['worktree', 'remove', '--force', tree], { cwd: packageRoot }))
  await run('git', ['worktree', 'add', '--detach', tree, commit], { cwd: packageRoot })
  await symlink(join(packageRoot, 'node_modules'), join(tree, 'node_modules'))
  return buildService(tree, join(folder, 'service-before'))
}
