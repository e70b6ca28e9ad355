import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '../generators/package-root.ts'
import type { Cleanup } from './cleanup.ts'
import { SEARCHER } from './searcher.ts'

const run = promisify(execFile)
const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)

/** A temporary folder with what the benchmark runs. */
export interface Workspace {
  folder: string
  /** The service's bundle, with a searcher of the benchmark's own. */
  service: string
  /** The bundle of a bare server or of the source. */
  bare(name: 'http' | 'h3' | 'constant' | 'source'): string
}

/** Generates the service and builds it and the bare servers, in a folder that is removed at the end. */
export async function createWorkspace(cleanup: Cleanup): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'cts-bench-'))
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const service = join(folder, 'service')
  await generateService(service)
  await writeFile(join(service, 'src/searchers/bench.ts'), SEARCHER)
  await run(bin('tsx'), ['scripts/searchers.ts'], { cwd: service })
  await run(bin('tsup'), [], { cwd: service })
  await run(bin('tsup'), ['--config', 'bench/bare/tsup.config.ts', '--out-dir', join(folder, 'bare')], {
    cwd: packageRoot,
  })
  return {
    folder,
    service: join(service, 'dist/main.js'),
    bare: (name) => join(folder, 'bare', `${name}.mjs`),
  }
}

/** Generates a service as its owner would, with this repository's own node_modules. */
export async function generateService(folder: string): Promise<void> {
  const cli = join(packageRoot, 'generators/cli.ts')
  await run(bin('tsx'), [cli, folder, '--yes', '--skip-install', '--skip-git'], { cwd: packageRoot })
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
}

/** The size of all files in a folder: in kilobytes. */
export async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0) / 1000
}
