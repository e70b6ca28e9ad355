import type { H3Event } from 'h3'
import type { Upload } from '../context.ts'
import { bodyOf } from './body.ts'
import { parseJson, readBytes } from './json.ts'
import type { MultipartOptions } from './multipart.ts'

/** How much longer a form may be than its parts: their headers, and base64. */
const FORM_FACTOR = 1.4
const FORM_HEADERS_BYTES = 200_000

/** What SOAR sends to have an artifact scanned. */
export interface ScanBody {
  /** Not checked yet. */
  artifact: unknown
  upload?: Upload
}

/**
 * Reads the body of a scan: JSON or a multipart form, for any type, with or without a file, as SOAR likes. Whatever
 * does not call itself multipart is taken for JSON; some clients send no `Content-Type` at all.
 * @throws {RpcError} when it is neither, or over its limit.
 */
export async function readScanBody(event: H3Event, options: MultipartOptions): Promise<ScanBody> {
  const { maxArtifactBytes, maxFileBytes } = options
  const contentType = event.req.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    return { artifact: parseJson(await readBytes(bodyOf(event, maxArtifactBytes), maxArtifactBytes, 'body'), 'body') }
  }
  const longest = Math.ceil((maxArtifactBytes + maxFileBytes) * FORM_FACTOR) + FORM_HEADERS_BYTES
  const body = bodyOf(event, longest)
  // its parser is loaded only where forms come
  const { readMultipart } = await import('./multipart.ts')
  const { artifact, upload } = await readMultipart(body, contentType, options)
  return { artifact: named(artifact, upload), upload }
}

/** A file whose artifact has no name, or an empty one, takes the one that its part has. */
function named(artifact: unknown, upload: Upload | undefined): unknown {
  const { type, value } = (artifact ?? {}) as { type?: unknown; value?: unknown }
  return type === 'file.content' && (value == null || value === '') && upload ? { type, value: upload.name } : artifact
}
