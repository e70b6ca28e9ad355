import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { postFile } from './database.ts'
import type { Answer } from './settings.ts'

const CHUNK_SIZE = 131_072

/** Takes the file of a multipart body: its digests, as the service takes them, and its content chunk by chunk. */
export function takeFile(body: Readable, contentType: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parser = new Busboy({ headers: { 'content-type': contentType }, isPartAFile: (name) => name === 'file' })
    parser.on('error', reject)
    parser.on('file', (_name, part) => {
      const [sha256, ...others] = ['sha256', 'sha1', 'md5'].map((name) => createHash(name))
      const content = inChunks(part, (data) => {
        for (const hash of [sha256!, ...others]) hash.update(data)
      })
      postFile(content, () => sha256!.digest('hex')).then(resolve, reject)
    })
    body.pipe(parser)
  })
}

async function* inChunks(part: Readable, onData: (data: Buffer) => void): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const data of part as AsyncIterable<Buffer>) {
    onData(data)
    waiting.push(data)
    size += data.length
    while (size >= CHUNK_SIZE) {
      const all = Buffer.concat(waiting)
      yield all.subarray(0, CHUNK_SIZE)
      waiting = [all.subarray(CHUNK_SIZE)]
      size -= CHUNK_SIZE
    }
  }
  if (size > 0) yield Buffer.concat(waiting)
}
