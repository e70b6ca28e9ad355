// The bare server with h3: what the cases need, and nothing else.
import { H3, serve, type H3Event } from 'h3'
import { getScan, postScan } from './database.ts'
import { settings, UNAUTHORIZED, type Answer } from './settings.ts'
import { takeFile } from './upload.ts'

const app = new H3({ silent: true })
app.get('/:id', (event) => reply(event, () => getScan(event.context.params!['id']!)))
app.options('/', (event) => reply(event, async () => ({ status: 200, body: { upload_file: true } })))
app.post('/', (event) =>
  reply(event, async () => {
    const type = event.req.headers.get('content-type') ?? ''
    return type.startsWith('multipart/')
      ? takeFile(event.runtime!.node!.req, type)
      : postScan((await event.req.json()) as { type: string; value: string })
  }),
)
const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
await server.ready()
console.log(JSON.stringify({ url: server.url!.replace(/\/$/, '') }))

async function reply(event: H3Event, answer: () => Promise<Answer>): Promise<object> {
  const refused = settings.authorization && event.req.headers.get('authorization') !== settings.authorization
  const { status, body } = refused ? UNAUTHORIZED : await answer()
  event.res.status = status
  return body
}
