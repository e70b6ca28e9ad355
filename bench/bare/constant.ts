// The bare server of the memory store: node:http that reads a request and answers with a constant. Artifacts whose value
// begins with "new" are looked up at the source, as the service does, but the answer does not depend on it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { askSource } from './ask.ts'
import { JSON_TYPE, settings } from './settings.ts'

const status = Number(process.env['BENCH_STATUS'] ?? 200)
const text = process.env['BENCH_BODY'] ?? '{}'
const headers = { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) }
const asks = process.env['BENCH_ASKS'] === 'true'

const server = createServer((request, response) => {
  if (settings.authorization && request.headers.authorization !== settings.authorization) {
    response.writeHead(401).end()
    return
  }
  const answer = () => response.writeHead(status, headers).end(text)
  if (!asks) {
    request.resume().on('end', answer)
    return
  }
  let body = ''
  request.setEncoding('utf8').on('data', (part: string) => (body += part))
  request.on('end', () => {
    if (body.includes('"value":"new')) void askSource('new')
    answer()
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
})
