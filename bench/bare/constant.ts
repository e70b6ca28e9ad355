// The bare server without a database: node:http that reads a request and answers with a constant.
import { createServer } from 'node:http'
import { listen } from './listen.ts'

const text = process.env['BENCH_BODY'] ?? '{}'
const headers = { 'content-type': 'application/json;charset=UTF-8', 'content-length': Buffer.byteLength(text) }

listen(
  createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, headers).end(text))
  }),
)
