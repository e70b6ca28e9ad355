import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../generators/package-root.ts'
import { runCommand } from '../run-command.ts'

/** The generator as npm would publish it, installed in a folder outside of the repository. */
export interface PackedGenerator {
  /** Where its files are. */
  packageFolder: string
  /** Runs its bin in a folder. */
  generate(cwd: string, ...args: string[]): Promise<string>
}

/** Packs this repository and installs the tarball in a folder. */
export async function installPacked(folder: string): Promise<PackedGenerator> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  // built already: others of these tests run what is in dist
  const packed = await runCommand(
    packageRoot,
    'npm',
    'pack',
    '--ignore-scripts',
    '--pack-destination',
    folder,
    '--json',
  )
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }]
  await runCommand(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename))
  const packageFolder = join(folder, 'node_modules/generator-resilient-cts')
  const bin = join(folder, 'node_modules/.bin/resilient-cts')
  return { packageFolder, generate: (cwd, ...args) => runCommand(cwd, bin, ...args) }
}
