import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import {
  defineSource,
  hit,
  setting,
  SourceError,
  text,
  unexpectedAnswer,
  wholeNumber,
  type ArtifactFile,
  type Ask,
  type Hit,
  type LookUpContext,
} from '../core/define.ts'

/** A file goes to clamd in pieces of so many bytes. */
const PIECE_BYTES = 64 * 1024
/** No reply of clamd is longer: in bytes. */
const MAX_REPLY_BYTES = 4096
/** How long its version is remembered: in milliseconds. */
const VERSION_MS = 3_600_000
const DAY_MS = 86_400_000

const ownSettings = {
  CLAMAV_MAX_AGE_DAYS: setting(wholeNumber(0, 3650), {
    default: '7',
    description: 'how old the signatures of ClamAV may be for it to call a file clean; 0: of any age',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/**
 * A clamd of the owner's, asked over TCP, which it encrypts in no way: `man clamd` ("COMMANDS"), clamd/server-th.c and
 * clamd/session.c of ClamAV. Its address is `tcp://HOST:3310`.
 */
export const clamav = defineSource({
  id: 'clamav',
  title: 'ClamAV',
  reach: 'own',
  concurrency: 5,
  settings: ownSettings,
  lookUp: { 'file.content': scan },
})

async function scan(file: ArtifactFile, { ask, settings }: Context): Promise<Hit[]> {
  const reply = await ask({ talk: (socket) => converse(socket, instream(file.content())) })
  const signature = /^stream: (.+) FOUND$/.exec(reply)?.[1]
  // `AlertExceedsMax` of clamd.conf: what lies beyond a limit has not been looked at
  if (signature?.startsWith('Heuristics.Limits.Exceeded')) {
    throw unexpectedAnswer(clamav, `it did not scan the whole file: ${quoted(reply)}`)
  }
  if (signature) return [toHit(signature, await versionOf(ask, settings).catch(() => undefined))]
  if (reply !== 'stream: OK') throw unexpectedAnswer(clamav, quoted(reply))
  if (settings.CLAMAV_MAX_AGE_DAYS > 0) checkAge(await versionOf(ask, settings), settings.CLAMAV_MAX_AGE_DAYS)
  return []
}

function toHit(signature: string, version: Version | undefined): Hit {
  return hit(
    // `ExtendedDetectionInfo` of clamd.conf adds the hash and the size of what was found
    text('Signature', signature.replace(/\([0-9a-f]+:\d+\)$/i, '')),
    text('Engine', version?.engine),
    text('Signatures of', version?.date),
  )
}

interface Version {
  /** Such as `ClamAV 1.4.1`. */
  engine: string
  /** When its signatures were made; `undefined` when it does not say. */
  date?: Date
  /** When it was asked, by the clock that never goes back: in milliseconds. */
  askedAt: number
}

/** The version of each service's clamd, which the values of its settings stand for. */
const versions = new WeakMap<Context['settings'], Version>()

/** What clamd says of itself. It is asked on a connection of its own, once an hour, and while its signatures are too old. */
async function versionOf(ask: Ask, settings: Context['settings']): Promise<Version> {
  const known = versions.get(settings)
  if (known && performance.now() - known.askedAt < VERSION_MS && !isTooOld(known, settings.CLAMAV_MAX_AGE_DAYS)) {
    return known
  }
  // such as `ClamAV 1.4.1/27500/Tue Jan  6 09:12:34 2026`
  const reply = await ask({ talk: (socket) => converse(socket, [Buffer.from('zVERSION\0')]) })
  const [engine = '', , made = ''] = reply.split('/')
  if (!engine.startsWith('ClamAV ')) throw unexpectedAnswer(clamav, quoted(reply))
  const date = new Date(`${made} UTC`)
  const version = { engine, ...(Number.isNaN(date.getTime()) ? {} : { date }), askedAt: performance.now() }
  versions.set(settings, version)
  return version
}

function isTooOld({ date }: Version, maxDays: number): boolean {
  return maxDays > 0 && (!date || Date.now() - date.getTime() > maxDays * DAY_MS)
}

/** @throws {SourceError} when signatures are too old for "nothing found". */
function checkAge(version: Version, maxDays: number): void {
  if (!isTooOld(version, maxDays)) return
  const what = version.date
    ? `its signatures are of ${version.date.toISOString().slice(0, 10)}, and older than ${maxDays} days`
    : 'it does not say how old its signatures are'
  throw unexpectedAnswer(clamav, `${what}: look after freshclam, or set CLAMAV_MAX_AGE_DAYS`)
}

/** `INSTREAM`: each piece after its length, and a length of zero at the end. */
async function* instream(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0')
  const chunks: AsyncIterable<Buffer> = content
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(piece.length)
      yield Buffer.concat([length, piece])
    }
  }
  yield Buffer.alloc(4)
}

/**
 * Sends a command and gives the reply. That may come before all is sent, as for a file that is too long: clamd then
 * hangs up, and only without a reply is this a failure.
 * @throws {SourceError} `unavailable` without a reply; what reading the content throws.
 */
async function converse(socket: Socket, command: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const ended = new AbortController()
  const replied = readReply(socket).finally(() => ended.abort())
  const isSent = await send(socket, command, ended.signal)
  const reply = await replied
  if (reply !== '') return reply
  const remedy = isSent ? 'see its log' : 'see its log, and whether its StreamMaxLength is large enough'
  throw new SourceError('unavailable', `ClamAV hung up without an answer: ${remedy}`)
}

/** Sends piece by piece, never more than the socket takes, until all is sent or the signal is aborted. */
async function send(
  socket: Socket,
  command: Iterable<Buffer> | AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const piece of command) {
    // lets a reply be read before a write that fails because clamd has hung up after it
    await setImmediate()
    if (signal.aborted) return false
    if (!socket.write(piece)) await once(socket, 'drain', { signal }).catch(() => {})
  }
  return true
}

/** A reply without its end, which is a NUL, a line feed or that of the connection; empty without any. */
function readReply(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let reply = ''
    socket.on('data', (data: Buffer) => {
      reply += data.toString('latin1')
      const end = reply.search(/[\0\n]/)
      if (end >= 0) resolve(reply.slice(0, end))
      else if (reply.length > MAX_REPLY_BYTES) resolve(reply)
    })
    // what has come counts, however the connection ends
    const end = () => resolve(reply)
    socket.on('error', end).on('end', end).on('close', end)
  })
}

/** What clamd said, as a message can show it. */
function quoted(reply: string): string {
  return `"${reply.replaceAll(/[^ -~]/g, '?').slice(0, 200)}"`
}
