import { ConfigError } from '../../src/core/setting.ts'
import { ListsError } from '../../src/core/lists/errors.ts'
import { StoreUnavailableError } from '../../src/core/store/store.ts'
import { nearest } from '../../src/core/settings/unknown.ts'
import { SoarError } from './answer.ts'
import { bench } from './commands/bench.ts'
import { egress } from './commands/egress.ts'
import { gate } from './commands/gate.ts'
import { scan } from './commands/scan.ts'
import { threatServiceTest } from './commands/threat-service-test.ts'
import { told } from './commands/told.ts'
import { tryOut } from './commands/try.ts'
import { parseFlags } from './flags.ts'
import { printable } from './show.ts'
import type { Command, Surroundings } from './task.ts'

const USAGE = `Plays SOAR against a running service.

  npm run soar -- scan TYPE VALUE [--file PATH]   an artifact from POST to its hits
  npm run soar -- threatservicetest               what resutil threatservicetest asks
  npm run soar -- bench N [--type TYPE]           N new artifacts (net.uri), and how long they take

  --url URL               the service; default: on this machine, as its settings say
  --user USER:PASSWORD    for a service with --url; otherwise the settings have it
  --timeout SECS          how long a search may take (300)

Says what the settings and the database say, without a service.

  npm run soar -- gate TYPE VALUE [--file PATH]   what each source may see of it, and why; asks nobody
  npm run soar -- told TYPE VALUE [--file PATH]   which public sources were told of it, whole or in part
  npm run soar -- egress [--csv]                  all that public sources were told
  npm run soar -- try SOURCE TYPE VALUE           one look-up with the real key: what is sent, and what comes back
  npm run soar -- try --all                       one of each kind, of every source that has what it needs

  --since TIME, --until TIME    of egress: 2026-01-31, 2026-01-31T12:00Z, or how long ago: 24h, 7d
  --source ID                   of egress: what this source was told

  --any-type    also types that the protocol does not name
  --json        one line of JSON on stdout, for scripts

The status is 1 when an answer is an error or not as the protocol has it.
A bench asks the real sources, unless their …_API_URL says otherwise.`

const COMMANDS: Record<string, Command> = {
  scan,
  threatservicetest: threatServiceTest,
  bench,
  gate,
  told,
  egress,
  try: tryOut,
}

/** Runs the command and gives its exit status. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const json = args.includes('--json')
  try {
    await runCommand(args, surroundings)
    return 0
  } catch (error) {
    const isForeseen =
      error instanceof SoarError ||
      error instanceof ConfigError ||
      error instanceof ListsError ||
      error instanceof StoreUnavailableError
    if (!isForeseen) throw error
    if (json) surroundings.print(JSON.stringify({ error: error.message }))
    else surroundings.tell(error.message.split('\n').map(printable).join('\n'))
    return 1
  }
}

async function runCommand(args: string[], surroundings: Surroundings): Promise<void> {
  const { positionals, flags } = parseCommandLine(args)
  const [name, ...operands] = positionals
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command?.takes(operands, flags)) throw new SoarError(`${misunderstanding(name)}${USAGE}`)
  const give = (value: object, shown: string) => surroundings.print(flags.json ? JSON.stringify(value) : shown)
  await command.run({ ...surroundings, operands, flags, give })
}

function parseCommandLine(args: string[]): ReturnType<typeof parseFlags> {
  try {
    return parseFlags(args)
  } catch (error) {
    throw new SoarError(`${(error as SoarError).message}\n\n${USAGE}`)
  }
}

/** What is wrong with a command line, if there is any command in it. */
function misunderstanding(name: string | undefined): string {
  if (name === undefined) return ''
  const names = Object.keys(COMMANDS)
  if (names.includes(name)) return `The command "${name}" takes other arguments:\n\n`
  const near = nearest(name, names)
  return `No command is called "${name}"${near ? `: did you mean ${near}?` : '.'}\n\n`
}
