import type { Readable } from 'node:stream'
import type { Upload } from '../context.ts'
import { parseJson, readBytes } from './json.ts'
import type { MultipartOptions } from './multipart.ts'

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
export async function readScanBody(body: Readable, contentType: string, options: MultipartOptions): Promise<ScanBody> {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    return { artifact: parseJson(await readBytes(body, options.maxArtifactBytes, 'body'), 'body') }
  }
  // its parser is loaded only where forms come
  const { readMultipart } = await import('./multipart.ts')
  const { artifact, upload } = await readMultipart(body, contentType, options)
  return { artifact: named(artifact, upload), upload }
}

/** A file whose artifact has no name takes the one that its part has. */
function named(artifact: unknown, upload: Upload | undefined): unknown {
  const { type, value } = (artifact ?? {}) as { type?: unknown; value?: unknown }
  return type === 'file.content' && value == null && upload ? { type, value: upload.name } : artifact
}
