// Makes the mistakes of leaks/mutants.ts one after the other in a copy of the templates: the leak test must catch each.
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MUTANTS, type Mutant } from './leaks/mutants.ts'

const ARTIFACTS = '2000'
const LEFT_OUT = new Set(['node_modules', 'dist', '.env'])
const TEMPLATES = 'generators/app/templates'

const repository = fileURLToPath(new URL('../', import.meta.url))
const words = process.argv.slice(2)
const chosen = MUTANTS.filter(({ name }) => words.every((word) => name.includes(word)))

const folder = await mkdtemp(join(tmpdir(), 'cts-mutants-'))
try {
  await copy()
  if (await isCaught()) throw new Error('The leak test fails without a mistake: run `npm test -- leaks`')
  const survivors: string[] = []
  for (const mutant of chosen) {
    const caught = await withMutant(mutant, isCaught)
    console.log(`${caught ? 'caught' : 'MISSED'}: ${mutant.name}`)
    if (!caught) survivors.push(mutant.name)
  }
  if (survivors.length > 0) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function copy(): Promise<void> {
  const filter = (path: string) => !LEFT_OUT.has(basename(path))
  for (const part of [TEMPLATES, 'test/leaks', 'package.json']) {
    await cp(join(repository, part), join(folder, part), { recursive: true, filter })
  }
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
}

/** @throws {Error} when the code has changed, so that there is nothing to edit. */
async function withMutant<T>({ name, file, from, to }: Mutant, work: () => Promise<T>): Promise<T> {
  const path = join(folder, TEMPLATES, file)
  const text = await readFile(path, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`"${name}" is not possible: ${file} has not once "${from}"`)
  await writeFile(
    path,
    text.replace(from, () => to),
  )
  try {
    return await work()
  } finally {
    await writeFile(path, text)
  }
}

async function isCaught(): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--test', 'test/leaks/leaks.test.ts'], {
    cwd: folder,
    env: { ...process.env, CTS_TEST_ARTIFACTS: ARTIFACTS, MONGODB_URL: '' },
    stdio: 'ignore',
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return code !== 0
}
