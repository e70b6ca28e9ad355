// The bare server with node:http: what the cases need, and nothing else.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getScan, postScan } from './database.ts'
import { JSON_TYPE, settings, UNAUTHORIZED, type Answer } from './settings.ts'
import { takeFile } from './upload.ts'

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request)
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) }).end(text)
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
})

async function answer(request: IncomingMessage): Promise<Answer> {
  const { method, url, headers } = request
  if (settings.authorization && headers.authorization !== settings.authorization) return UNAUTHORIZED
  if (method === 'OPTIONS') return { status: 200, body: { upload_file: true } }
  if (method === 'GET') return getScan(url!.slice(1))
  const type = headers['content-type'] ?? ''
  if (type.startsWith('multipart/')) return takeFile(request, type)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return postScan(JSON.parse(Buffer.concat(chunks).toString()))
}
