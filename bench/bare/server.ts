// The bare server: node:http and MongoDB's driver, with the calls that a request needs, and nothing else.
import { createServer, type IncomingMessage } from 'node:http'
import { getScan, postScan, type Answer, type Artifact } from './database.ts'
import { listen } from './listen.ts'

listen(
  createServer(async (request, response) => {
    const { status, body } = await answer(request)
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json;charset=UTF-8', 'content-length': Buffer.byteLength(text) }
    response.writeHead(status, headers).end(text)
  }),
)

async function answer(request: IncomingMessage): Promise<Answer> {
  if (request.method === 'GET') return getScan(request.url!.slice(1))
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return postScan(JSON.parse(Buffer.concat(chunks).toString()) as Artifact)
}
