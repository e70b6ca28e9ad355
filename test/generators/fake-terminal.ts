import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { TerminalAdapter } from '@yeoman/adapter'
import { createEnv } from 'yeoman-environment'
import AppGenerator, { APP_NAMESPACE } from '../../generators/app/generator.ts'
import { generatorFolder, packageRoot } from '../../generators/package-root.ts'
import SearcherGenerator, { SEARCHER_NAMESPACE } from '../../generators/searcher/generator.ts'

/** How long a run may take. */
const PATIENCE_MS = 60_000

/** What someone at a terminal waits for, and the keys that they press then. */
export type Turn = [waitsFor: string, keys: string]

/** Keys as a terminal sends them. */
export const ENTER = '\r'
export const SPACE = ' '
export const DOWN = '\u001B[B'
/** Empties the line. */
export const CLEAR = '\u0015'

/**
 * Runs a generator with someone at a terminal who presses keys.
 *
 * @returns all that the terminal showed, without its colours
 * @throws Error with what it shows, if a turn's text never comes
 */
export async function runAtTerminal(
  cwd: string,
  [namespace, ...args]: [string, ...string[]],
  options: Record<string, unknown>,
  turns: readonly Turn[],
): Promise<string> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 150, rows: 60 })
  // each prompt ends its output when it is answered; a terminal stays
  stdout.end = () => stdout
  const left = [...turns]
  let shown = ''
  let seen = 0
  stdout.setEncoding('utf8').on('data', (data: string) => {
    shown += stripVTControlCharacters(data)
    const place = left[0] ? shown.indexOf(left[0][0], seen) : -1
    if (place === -1) return
    const [text, keys] = left.shift()!
    seen = place + text.length
    // a prompt listens once it is drawn
    setImmediate(() => stdin.write(keys))
  })
  const streams = { stdin, stdout, stderr: stdout } as unknown as ConstructorParameters<typeof TerminalAdapter>[0]
  const env = createEnv({ cwd, adapter: new TerminalAdapter(streams) })
  const register = (Generator: unknown, name: string, folder: 'app' | 'searcher') =>
    env.register(Generator as never, {
      namespace: name,
      resolved: join(generatorFolder(folder), 'index.js'),
      packagePath: packageRoot,
    })
  register(AppGenerator, APP_NAMESPACE, 'app')
  register(SearcherGenerator, SEARCHER_NAMESPACE, 'searcher')
  const unanswered = () => new Error(`Nothing asked "${left[0]?.[0]}":\n${shown}`)
  // also keeps the process alive, which streams that are no terminal do not
  let patience: NodeJS.Timeout
  const tooLong = new Promise<never>((_resolve, reject) => {
    patience = setTimeout(() => reject(unanswered()), PATIENCE_MS)
  })
  const ours = process.exitCode
  const run = env.run([namespace, ...args], { skipInstall: true, skipGit: true, ...options } as never)
  await Promise.race([run, tooLong]).finally(() => {
    clearTimeout(patience)
    process.exitCode = ours
  })
  if (left.length > 0) throw unanswered()
  return shown
}
