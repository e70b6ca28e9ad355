import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import type { H3Event } from 'h3'
import type { Upload } from '../context.ts'
import { RpcError } from '../rpc/error.ts'
import type { FileStore } from '../store/store.ts'
import { bodyOf, chunksOf, parseJson, readBytes, tooLarge } from './body.ts'
import { decodePart } from './transfer-encoding.ts'

/** How much longer a form may be than its parts: their headers, and base64. */
const FORM_FACTOR = 1.4
const FORM_HEADERS_BYTES = 200_000
const PART_LIMITS = { parts: 10, headerPairs: 50, headerSize: 8192, fieldNameSize: 100 }

/** What SOAR sends to have an artifact scanned. */
export interface ScanBody {
  /** Not checked yet. */
  artifact: unknown
  upload?: Upload
}

/** How the body of a scan is read. */
export interface ScanBodyOptions {
  maxArtifactBytes: number
  maxFileBytes: number
  files: FileStore
  /** Whether the file's content is to be kept, by what is known of the artifact: nothing, if its part comes later. */
  keepsFile(artifact: unknown): boolean
}

/**
 * Reads the body of a scan: JSON or a multipart form, for any type, with or without a file, as SOAR likes. Whatever
 * does not call itself multipart is taken for JSON; some clients send no `Content-Type` at all.
 * @throws {RpcError} when it is neither, or over its limit.
 */
export async function readScanBody(event: H3Event, options: ScanBodyOptions): Promise<ScanBody> {
  const { maxArtifactBytes, maxFileBytes } = options
  const contentType = event.req.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    return { artifact: parseJson(await readBytes(bodyOf(event, maxArtifactBytes), maxArtifactBytes, 'body'), 'body') }
  }
  const longest = Math.ceil((maxArtifactBytes + maxFileBytes) * FORM_FACTOR) + FORM_HEADERS_BYTES
  const body = bodyOf(event, longest)
  const { artifact, upload } = await readMultipart(body, contentType, options)
  return { artifact: named(artifact, upload), upload }
}

/** A file whose artifact has no name, or an empty one, takes the one that its part has. */
function named(artifact: unknown, upload: Upload | undefined): unknown {
  const { type, value } = (artifact ?? {}) as { type?: unknown; value?: unknown }
  return type === 'file.content' && (value == null || value === '') && upload ? { type, value: upload.name } : artifact
}

/**
 * Reads a multipart body as a stream: the part "artifact", and the part "file" straight into the store.
 * @throws {RpcError} when the form is broken, has no artifact or a part over its limit; nothing of it is kept then.
 */
async function readMultipart(body: Readable, contentType: string, options: ScanBodyOptions): Promise<ScanBody> {
  const form: Partial<ScanBody> = {}
  const parts: Promise<void>[] = []
  const streams: Readable[] = []
  const abort = new AbortController()
  const fail = (error: unknown) => abort.abort(error)
  const parser = createParser(contentType)
  parser
    .on('error', (error) => fail(new RpcError('BAD_REQUEST', 'The multipart body is broken', { cause: error })))
    .on('partsLimit', () =>
      fail(new RpcError('BAD_REQUEST', `The multipart body has more than ${PART_LIMITS.parts} parts`)),
    )
    .on('file', (name, content, fileName, encoding) => {
      // an error of the part is one of the parser too
      content.on('error', () => {})
      streams.push(content)
      parts.push(readPart(form, { name, fileName, content, encoding }, { options, signal: abort.signal }).catch(fail))
    })
  try {
    const finished = once(parser, 'finish', { signal: abort.signal })
    await Promise.race([finished, feed(body, parser, abort.signal)])
    await finished
    await Promise.all(parts)
    abort.signal.throwIfAborted()
    if (!('artifact' in form)) throw missingArtifact()
    return { artifact: form.artifact, upload: form.upload }
  } catch (error) {
    fail(error)
    parser.destroy()
    // a part that the parser no longer feeds would never end by itself
    for (const stream of streams) stream.destroy()
    await Promise.all(parts)
    if (form.upload?.key) await options.files.remove(form.upload.key)
    throw abort.signal.reason
  }
}

function createParser(contentType: string): BusboyInstance {
  try {
    // every part as a stream, so that each has a limit of its own that holds while it is read
    return new Busboy({ headers: { 'content-type': contentType }, isPartAFile: () => true, limits: PART_LIMITS })
  } catch (cause) {
    throw new RpcError('BAD_REQUEST', 'The multipart body has no boundary', { cause })
  }
}

/** Feeds the parser, as fast as it takes the body. */
async function feed(body: Readable, parser: BusboyInstance, signal: AbortSignal): Promise<void> {
  for await (const chunk of chunksOf(body)) {
    signal.throwIfAborted()
    if (!parser.write(chunk)) await once(parser, 'drain', { signal })
  }
  parser.end()
}

/** A part as the parser hands it over. */
interface Part {
  name: string
  /** Perhaps missing, as that of a form field. */
  fileName: string | undefined
  content: Readable
  /** Its `Content-Transfer-Encoding`. */
  encoding: string
}

async function readPart(
  form: Partial<ScanBody>,
  { name, fileName = '', content: encoded, encoding }: Part,
  { options, signal }: { options: ScanBodyOptions; signal: AbortSignal },
): Promise<void> {
  const content = decodePart(encoded, encoding)
  if (name === 'artifact' && !('artifact' in form)) {
    form.artifact = parseJson(await readBytes(content, options.maxArtifactBytes, 'part "artifact"'), 'part "artifact"')
  } else if (name === 'file' && !form.upload) {
    const keep = options.keepsFile(form.artifact)
    form.upload = await readFile({ name: fileName, content }, { ...options, keep, signal })
  } else {
    throw new RpcError('BAD_REQUEST', `The multipart body has a part too many: "${name}"`)
  }
}

/** Takes a file's digests in one read, and keeps its content if wanted. An empty part without a name is no file. */
async function readFile(
  { name, content }: Pick<Part, 'name' | 'content'>,
  { files, maxFileBytes, keep, signal }: ScanBodyOptions & { keep: boolean; signal: AbortSignal },
): Promise<Upload | undefined> {
  const hashes = { sha256: createHash('sha256'), sha1: createHash('sha1'), md5: createHash('md5') }
  let size = 0
  async function* measured() {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxFileBytes) throw tooLarge('file', maxFileBytes)
      for (const hash of Object.values(hashes)) hash.update(chunk)
      yield chunk
    }
  }
  const bytes = Readable.from(measured(), { objectMode: false })
  const key = keep ? await files.write(bytes, signal) : await drain(bytes)
  if (size === 0 && name === '') {
    if (key) await files.remove(key)
    return undefined
  }
  const digest = (hash: keyof typeof hashes) => hashes[hash].digest('hex')
  return { name, key, size, sha256: digest('sha256'), sha1: digest('sha1'), md5: digest('md5'), taken: false }
}

async function drain(content: Readable): Promise<undefined> {
  for await (const _ of content);
}

function missingArtifact(): RpcError {
  return new RpcError('BAD_REQUEST', 'The multipart body has no part "artifact"', {
    issues: [{ path: 'artifact', message: 'is missing' }],
  })
}
