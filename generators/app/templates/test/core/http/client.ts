import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Hit } from '../../../src/core/protocol/hit.ts'

/** A request as SOAR might send it. */
export interface Sent {
  method?: string
  path?: string
  headers?: OutgoingHttpHeaders
  /** Sent whole with its length, or in chunks of unknown length. */
  body?: string | Buffer | AsyncIterable<Buffer> | Iterable<Buffer>
}

/** What any of the endpoints' bodies may hold. */
export interface ReceivedBody {
  id: string
  retry_secs?: number
  hits?: Hit[]
  error: string
  code: string
  issues: { path: string; message: string }[]
}

/** An answer, its body parsed. */
export interface Received {
  status: number
  headers: IncomingHttpHeaders
  body: ReceivedBody
}

/** Sends a request over a connection of its own, with no header but those that are named and `Host`. */
export async function send(url: string, { method = 'GET', path = '/', headers, body }: Sent): Promise<Received> {
  const outgoing = request(new URL(path, url), { method, headers, agent: false })
  const answered = new Promise<Received>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', async (response) => {
      const received = await text(response)
      const { statusCode: status, headers } = response
      resolve({ status: status!, headers, body: JSON.parse(received || '{}') as ReceivedBody })
    })
  })
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body)
  else void sendChunks(body)
  return answered

  async function sendChunks(chunks: AsyncIterable<Buffer> | Iterable<Buffer>) {
    const closed = new Promise((resolve) => outgoing.once('close', resolve))
    for await (const chunk of chunks) {
      if (outgoing.destroyed) return
      if (!outgoing.write(chunk))
        await Promise.race([new Promise((resolve) => outgoing.once('drain', resolve)), closed])
    }
    outgoing.end()
  }
}

/** A part of a multipart form. */
export interface Part {
  name: string
  fileName?: string
  type?: string
  /** Its `Content-Transfer-Encoding`; "binary" unless it says otherwise. */
  encoding?: string
  content: string | Buffer
}

/** A multipart form in the shape that SOAR sends it, in two chunks. */
export function multipart(...parts: Part[]): Required<Pick<Sent, 'headers' | 'body'>> {
  const boundary = 'a2c6e4f8'
  const bytes = Buffer.concat([
    ...parts.flatMap(({ name, fileName, type, encoding = 'binary', content }) => [
      Buffer.from(
        [
          `--${boundary}`,
          `Content-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`,
          ...(type ? [`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`] : []),
          '\r\n',
        ].join('\r\n'),
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  const middle = Math.floor(bytes.length / 2)
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: [bytes.subarray(0, middle), bytes.subarray(middle)],
  }
}

/** The part "artifact" as SOAR sends it. */
export function artifactPart(artifact: unknown): Part {
  return { name: 'artifact', type: 'application/json; charset=UTF-8', content: JSON.stringify(artifact) }
}

/** The part "file" as SOAR sends it. */
export function filePart(content: string | Buffer, fileName = 'malware3.bat'): Part {
  return { name: 'file', fileName, type: 'application/octet-stream', content }
}
