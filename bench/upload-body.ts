import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const BOUNDARY = 'bench-boundary'
const FILE_BYTES = 5_000_000

/** Writes a multipart body with a file of 5 MB, as SOAR sends one, and gives its path. */
export async function writeUploadBody(folder: string): Promise<string> {
  const path = join(folder, 'upload-body')
  const artifact = JSON.stringify({ type: 'file.content', value: 'bench.bin' })
  const head =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="artifact"\r\n` +
    `Content-Type: application/json; charset=UTF-8\r\n\r\n${artifact}\r\n` +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bench.bin"\r\n` +
    `Content-Type: application/octet-stream\r\n\r\n`
  const parts = [Buffer.from(head), randomBytes(FILE_BYTES), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]
  await writeFile(path, Buffer.concat(parts))
  return path
}
