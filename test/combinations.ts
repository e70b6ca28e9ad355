// Makes services of every choice that can differ, and runs in each what its owner would: lint, format:check,
// typecheck, test, build. Words choose combinations by their names. Dependencies are installed once, and shared.
import { existsSync } from 'node:fs'
import { readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../generators/package-root.ts'
import { sourcePaths } from '../generators/searcher/source-files.ts'
import { sourceIds } from '../generators/source-list.ts'
import { runCommand } from './run-command.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Combination {
  name: string
  /** Options of the command that makes the service. */
  options: string[]
  /** Arguments of further searchers. */
  searchers?: string[][]
  /** A searcher to take out again with its skeleton, as the README says. */
  without?: string
  git?: boolean
}

/** Each source alone, by a searcher of all that it looks up. */
const alone = sourceIds.map((id) => ({
  name: `${id} alone`,
  options: ['--searchers', 'port'],
  searchers: [[`one-${id}`, '--source', id, ...(id === 'blank' ? ['--types', 'net.ip', '--reach', 'own'] : [])]],
  without: 'port',
}))
const combinations: Combination[] = [
  ...alone,
  { name: 'the defaults', options: [] },
  { name: 'local lists alone', options: ['--searchers', 'lists'] },
  { name: 'uploads on', options: ['--searchers', 'url,file', '--upload-files'] },
  { name: 'a file searcher with uploads off', options: ['--searchers', 'file'] },
  {
    name: 'every usual searcher',
    options: ['--searchers', 'url,ip,domain,hash,md5,sha1,sha256,file,cve,email,sender,cidr,mac,port,registry,lists'],
  },
  {
    name: 'every source in one searcher, uploads on',
    options: ['--upload-files'],
    searchers: [['everything', '--source', sourceIds.join(',')]],
  },
  {
    name: 'first searchers that share sources',
    options: ['--searchers', 'url,ip,hash,cve', '--sources', 'urlhaus,virustotal,abuseipdb'],
  },
  {
    name: 'a second searcher for a type, and one more source for the first',
    options: ['--searchers', 'ip'],
    searchers: [
      ['noise', '--source', 'greynoise'],
      ['ip', '--source', 'greynoise'],
    ],
  },
  { name: 'a repository', options: ['--searchers', 'url'], git: true },
]
const scripts = ['lint', 'format:check', 'typecheck', 'test', 'build']

const words = process.argv.slice(2)
const chosen = combinations.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
if (chosen.length === 0)
  throw new Error(
    `No combination is called ${words.join(' or ')}. There are: ${combinations.map(({ name }) => name).join('; ')}.`,
  )

const folder = await temporaryFolder()
const cli = (cwd: string, ...args: string[]) =>
  runCommand(cwd, process.execPath, join(packageRoot, 'dist/generators/cli.js'), ...args)
await cli(folder, 'installed', '--skip-git')

let failed = 0
for (const [index, combination] of chosen.entries()) {
  const began = performance.now()
  const complaints = await attempt(join(folder, `service-${index}`), combination)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${complaints.length === 0 ? 'passed' : 'FAILED'}  ${seconds.padStart(5)} s  ${combination.name}`)
  for (const complaint of complaints) console.log(complaint)
  if (complaints.length > 0) failed++
}
console.log(`${chosen.length - failed} of ${chosen.length} combinations pass ${scripts.join(', ')}.`)
process.exitCode = failed === 0 ? 0 : 1

/** Makes one service and runs its scripts; gives what went wrong. */
async function attempt(service: string, { options, searchers = [], without, git }: Combination): Promise<string[]> {
  const complaints: string[] = []
  const step = (command: Promise<unknown>) => command.catch((error: Error) => void complaints.push(error.message))
  await step(cli(folder, service, ...options, '--yes', '--skip-install', ...(git ? [] : ['--skip-git'])))
  await symlink(join(folder, 'installed/node_modules'), join(service, 'node_modules'))
  for (const searcher of searchers) await step(cli(service, 'searcher', ...searcher))
  if (without) await takeOut(service, without)
  for (const script of scripts) await step(runCommand(service, 'npm', 'run', script))
  if (existsSync(join(service, '.git')) !== Boolean(git)) complaints.push('It is in a repository, or in none, unasked.')
  return complaints
}

async function takeOut(service: string, searcher: string): Promise<void> {
  const files = [`src/searchers/${searcher}.ts`, `test/searchers/${searcher}.test.ts`, ...sourcePaths(searcher)]
  for (const file of files) await rm(join(service, file))
  await runCommand(service, 'npm', 'run', 'searchers')
  if ((await readdir(join(service, 'src/searchers'))).length !== 2) throw new Error(`${service} has not one searcher.`)
}
