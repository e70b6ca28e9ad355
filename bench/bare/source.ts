// The threat source that all servers ask. It answers at once; what is asked of /hold is told to come back in an hour.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

let answered = 0
let lastAt = 0

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/stats') {
    response.end(JSON.stringify({ answered, lastAt }))
  } else if (request.url!.startsWith('/hold')) {
    response.writeHead(429, { 'retry-after': '3000' }).end('{}')
  } else {
    answered += 1
    lastAt = Date.now()
    response.end('{"threat":"botnet"}')
  }
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
})
