import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { assembleService, SLOW_SEARCHER } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'

const run = promisify(execFile)
const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url))

/** Where the page's service is. */
const SHOWN_URL = 'http://127.0.0.1:8080'
/** What stands for the ids that the service gives, one after the other. */
const SHOWN_IDS = ['Jq3gYB0tXo7yVdcnWmC2fZ4kq1Rs8LuE6hTiPaHxNwM', 'xAmquXyq2Va74ocyqLyETPozCGRT9zJ0ZYCbKrxE4CA']

/** What `console.log` shows in one line, whole. */
const INSPECT_OPTIONS = `import { inspect } from 'node:util'
Object.assign(inspect.defaultOptions, { breakLength: Infinity, compact: 10, depth: Infinity })
`

/**
 * Renders the transcripts of the service's docs/protocol.md anew, with a service that is started for them: each `console` block
 * is run line by line ("$ " begins a command), and each `console.log` of the `ts` block that uses tRPC's client is
 * followed by what it prints. The source that the service asks holds its first answer back until the search has been
 * asked for once.
 * @returns the page with what the service answers now.
 */
export async function renderTranscripts(page: string): Promise<string> {
  const source = await startSource()
  const service = await assembleService({ slow: SLOW_SEARCHER })
  try {
    const replica = await startReplica(service.main, { SLOW_API_URL: source.url, CTS_UPLOAD_FILES: 'true' })
    try {
      const real = realities(replica)
      const console = async (commands: string) => {
        let answered = ''
        for (const command of commands.matchAll(/^\$ (.*)$/gm)) {
          const { stdout } = await run('bash', ['-c', real.from(command[1]!)], { cwd: service.folder })
          answered += `${command[0]}\n${real.to(stdout)}`
          if (/\/[\w-]{43}\b/.test(command[1]!)) {
            source.release()
            await replica.logged(() => replica.log.some(({ msg }) => msg === 'search finished'))
          }
        }
        return answered
      }
      const client = async (code: string) => {
        const lines = code.split('\n').filter((line) => !line.startsWith('// '))
        await writeFile(join(service.folder, 'inspect.mjs'), INSPECT_OPTIONS)
        await writeFile(join(service.folder, 'client.ts'), real.from(lines.join('\n')))
        const { stdout } = await run(tsx, ['--import', './inspect.mjs', 'client.ts'], { cwd: service.folder })
        const printed = real.to(stdout).split('\n')
        return lines
          .map((line) => (line.startsWith('console.log') ? `${line}\n// ${printed.shift()}` : line))
          .join('\n')
      }
      await writeFile(join(service.folder, 'invoice.exe'), 'MZ')
      const withConsole = await replaceBlocks(page, /(?<=^```console\n)[^`]+(?=^```$)/gm, console)
      return await replaceBlocks(withConsole, /(?<=^```ts\n)import \{ createTRPCClient[^`]+(?=^```$)/gm, client)
    } finally {
      replica.signal('SIGTERM')
      await replica.ended
    }
  } finally {
    source.close()
    await service.remove()
  }
}

/** Turns the page's address and ids into the service's own, and back. */
function realities(replica: Replica) {
  const pairs: [shown: string, real: string][] = [[SHOWN_URL, replica.url.replace(/\/$/, '')]]
  return {
    from: (text: string) => pairs.reduce((rest, [shown, real]) => rest.replaceAll(shown, real), text),
    to(text: string) {
      for (const [id] of text.matchAll(/(?<="id":")[\w-]{43}(?=")/g)) {
        if (!pairs.some(([, real]) => real === id)) pairs.push([SHOWN_IDS[pairs.length - 1]!, id])
      }
      return pairs.reduce((rest, [shown, real]) => rest.replaceAll(real, shown), text)
    },
  }
}

/** A source that has something about whatever it is asked for. */
async function startSource() {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const server = createServer(async (_request, response) => {
    await released
    response.end(JSON.stringify({ threat: 'malware_download' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function replaceBlocks(text: string, blocks: RegExp, render: (block: string) => Promise<string>) {
  let rendered = ''
  let end = 0
  for (const { 0: block, index } of text.matchAll(blocks)) {
    rendered += text.slice(end, index) + (await render(block))
    end = index + block.length
  }
  return rendered + text.slice(end)
}
