import { parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '../../src/core/settings/config.ts'
import { nearest } from '../../src/core/settings/nearest.ts'
import { createDispatch } from '../../src/core/search/dispatch.ts'
import type { Searcher } from '../../src/core/search/searcher.ts'
import { SoarError } from './answer.ts'
import { checkArtifactType } from './artifact-type.ts'
import { toScanRequest } from './artifact.ts'
import { bench } from './bench.ts'
import { createSoar, type Soar } from './client.ts'
import { printable, progressBar, showBench, showScan } from './show.ts'

const USAGE = `Plays SOAR against a running service.

  npm run soar -- scan TYPE VALUE [--file PATH]   an artifact from POST to its hits
  npm run soar -- threatservicetest               what resutil threatservicetest asks
  npm run soar -- bench N [--type TYPE]           N new artifacts (net.uri), and how long they take

  --url URL               the service; default: on this machine, as its settings say
  --user USER:PASSWORD    for a service with --url; otherwise the settings have it
  --any-type              also types that the protocol does not name
  --timeout SECS          how long a search may take (300)
  --json                  one line of JSON on stdout, for scripts

The status is 1 when an answer is an error or not as the protocol has it.
A bench asks the real sources, unless their …_API_URL says otherwise.`

/** The world around the command. */
export interface Surroundings {
  env: Record<string, string | undefined>
  /** Those of the service that the settings are of. */
  searchers: readonly Searcher[]
  fetch: typeof fetch
  sleep: (ms: number) => Promise<unknown>
  /** Writes a line: what was asked for. */
  print: (line: string) => void
  /** Writes a line about what goes on. */
  tell: (line: string) => void
  /** Shows a bar that is written over, if there is a terminal. */
  showBar?: (bar: string) => void
}

/** Runs the command and gives its exit status. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const json = args.includes('--json')
  try {
    await runCommand(args, surroundings)
    return 0
  } catch (error) {
    if (!(error instanceof SoarError || error instanceof ConfigError)) throw error
    if (json) surroundings.print(JSON.stringify({ error: error.message }))
    else surroundings.tell(error.message.split('\n').map(printable).join('\n'))
    return 1
  }
}

async function runCommand(
  args: string[],
  { env, searchers, fetch, sleep, print, tell, showBar }: Surroundings,
): Promise<void> {
  const { positionals, values } = readArguments(args)
  const [command, ...operands] = positionals
  const timeoutSecs = wholeNumber(values.timeout, '--timeout')
  const soar = createSoar({ ...serviceOf(values, env), fetch, sleep })
  const talk = values.json ? () => {} : tell
  const give = (value: object, shown: string) => print(values.json ? JSON.stringify(value) : shown)

  if (command === 'scan' && operands[0] !== undefined && operands.length <= 2) {
    const [type, value] = operands
    if (!values['any-type']) checkArtifactType(type!)
    const { file, ...request } = await toScanRequest(type!, value, values.file)
    const wantsFiles = await soar.queryCapabilities()
    if (file && !wantsFiles) talk('The service wants no files, so SOAR would not send this one: only its name goes.')
    const scan = await soar.scan({ ...request, ...(wantsFiles && { file }) }, timeoutSecs, ({ hits, retrySecs }) =>
      talk(`Pending, ${hits.length} hit(s) so far. Asking again in ${retrySecs} s …`),
    )
    give(scan, showScan(scan))
    const isOurs = values.url === undefined
    if (isOurs && scan.hits.length === 0 && createDispatch(searchers).searchersOf(type!).length === 0) {
      talk(`No searcher of this service takes ${type}.`)
    }
  } else if (command === 'threatservicetest' && operands.length === 0) {
    const scan = await testConnection(soar, timeoutSecs)
    give({ ok: true, ...scan }, `The service answers as SOAR needs it (${scan.ms} ms).`)
  } else if (command === 'bench' && operands.length === 1) {
    if (!values['any-type']) checkArtifactType(values.type)
    const count = wholeNumber(operands[0]!, 'N')
    const summary = await bench(soar, { count, type: values.type, timeoutSecs }, (done) =>
      showBar?.(progressBar(done, count)),
    )
    give(summary, showBench(summary))
    if (summary.failed > 0) throw new SoarError(`${summary.failed} of ${summary.artifacts} artifacts failed`)
  } else {
    throw new SoarError(`${misunderstanding(command)}${USAGE}`)
  }
}

/** What is wrong with a command line, if there is any command in it. */
function misunderstanding(command: string | undefined): string {
  if (command === undefined) return ''
  const commands = ['scan', 'threatservicetest', 'bench']
  if (commands.includes(command)) return `The command "${command}" takes other arguments:\n\n`
  const near = nearest(command, commands)
  return `No command is called "${command}"${near ? `: did you mean ${near}?` : '.'}\n\n`
}

/** `resutil threatservicetest` wants an answer that is complete at once. */
async function testConnection(soar: Soar, timeoutSecs: number) {
  await soar.queryCapabilities()
  const scan = await soar.scan({ artifact: { type: 'net.name', value: 'localhost' } }, timeoutSecs)
  if (scan.polls === 0) return scan
  throw new SoarError(
    'The test request (net.name localhost) is answered with 303: SOAR wants a complete answer at once',
  )
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        user: { type: 'string' },
        file: { type: 'string' },
        type: { type: 'string', default: 'net.uri' },
        'any-type': { type: 'boolean', default: false },
        timeout: { type: 'string', default: '300' },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new SoarError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

/** Where the service is. The settings' password goes to the service of these settings alone. */
function serviceOf({ url, user }: { url?: string; user?: string }, env: Surroundings['env']) {
  if (url === undefined) {
    const { PORT, CTS_BASE_PATH, CTS_TLS_CERT, CTS_USER, CTS_PASSWORD } = loadConfig(env, [])
    const own = CTS_USER === undefined ? undefined : `${CTS_USER}:${CTS_PASSWORD}`
    return { url: `${CTS_TLS_CERT ? 'https' : 'http'}://127.0.0.1:${PORT}${CTS_BASE_PATH}/`, user: user ?? own }
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || new URL(url).username) {
    throw new SoarError(`--url must be an http(s) address without user and password, not "${url}"`)
  }
  return { url, user }
}

function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new SoarError(`${name} must be a whole number from 1, not "${text}"`)
}
