import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { temporaryFolder } from '../temporary-folder.ts'

/** A time as a page says it: of another day than today, with its date. */
export const TIME = /(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d(?::\d\d)?/g

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** A page in a browser that nobody sees. */
export interface Page {
  /** Evaluates an expression in the page, and waits for it if it is a promise. */
  evaluate<T>(expression: string): Promise<T>
  /** Goes to another page. */
  go(url: string): Promise<void>
  /** Does something in the page that leads to another, such as a click. */
  follow(expression: string): Promise<void>
  /** Sends these headers with each request from now on. */
  sendHeaders(headers: Record<string, string>): Promise<void>
  resize(width: number, height: number): Promise<void>
  setColorScheme(scheme: 'light' | 'dark'): Promise<void>
  /** Runs a script in the page that its own policy would forbid. */
  inject(script: string): Promise<void>
  /** A PNG of so much of the page, from its top. */
  screenshot(width: number, height: number): Promise<Buffer>
  /** Lets time pass for the page's timers: in milliseconds. What it fetches meanwhile takes no time. */
  advance(ms: number): Promise<void>
  /** What the page has complained about: errors, and what its policy forbids. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown }

/** The path of Chromium, if this machine has it. */
export async function findChromium(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name)
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path
    }
  }
  return undefined
}

/**
 * Opens a page, by Chromium's own protocol (https://chromedevtools.github.io/devtools-protocol) over two pipes.
 * @param names host names that lead to this machine.
 */
export async function openPage(chromium: string, url: string, names: readonly string[] = []): Promise<Page> {
  const profile = await temporaryFolder()
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`]
  if (names.length > 0) args.push(`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`)
  const child = spawn(chromium, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const complaints: string[] = []
  const waiting = new Map<number, (message: Message) => void>()
  let onEvent: (message: Message) => void = () => {}
  const input = child.stdio[3] as Writable
  let unread = ''
  ;(child.stdio[4] as Readable).setEncoding('utf8').on('data', (data: string) => {
    const messages = (unread + data).split('\0')
    unread = messages.pop()!
    for (const text of messages) {
      const message = JSON.parse(text) as Message
      if (message.id === undefined) onEvent(message)
      else waiting.get(message.id)?.(message)
    }
  })

  let sent = 0
  let sessionId: string | undefined
  const send = async <T>(method: string, params: object = {}): Promise<T> => {
    const id = ++sent
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve))
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    const { result, error } = await answer
    waiting.delete(id)
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result as T
  }
  /** Does something that ends with an event. */
  const until = async (event: string, work: () => Promise<unknown>) => {
    const happened = new Promise<void>((resolve) => {
      onEvent = ({ method, params }) => {
        if (method === 'Log.entryAdded') complaints.push(String((params!['entry'] as { text: string }).text))
        if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params))
        if (method === event) resolve()
      }
    })
    await work()
    await happened
  }

  const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
  ;({ sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true }))
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
  await until('Page.loadEventFired', () => send('Page.navigate', { url }))

  return {
    complaints,
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = await send<{ result: { value: T }; exceptionDetails?: object }>(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true },
      )
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
      return result.value
    },
    go: (to) => until('Page.loadEventFired', () => send('Page.navigate', { url: to })),
    follow: (expression) => until('Page.loadEventFired', () => send('Runtime.evaluate', { expression })),
    sendHeaders: (headers) => send('Network.setExtraHTTPHeaders', { headers }),
    setColorScheme: (scheme) =>
      send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] }),
    inject: (expression) => send('Runtime.evaluate', { expression }),
    async screenshot(width, height) {
      const { data } = await send<{ data: string }>('Page.captureScreenshot', {
        format: 'png',
        clip: { x: 0, y: 0, width, height, scale: 1 },
        captureBeyondViewport: true,
      })
      return Buffer.from(data, 'base64')
    },
    resize: (width, height) =>
      send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: true }),
    advance: (ms) =>
      until('Emulation.virtualTimeBudgetExpired', () =>
        send('Emulation.setVirtualTimePolicy', { policy: 'pauseIfNetworkFetchesPending', budget: ms }),
      ),
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
