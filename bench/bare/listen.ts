import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Lets a server listen, and says where, as the service does. */
export function listen(server: Server): void {
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
  })
}
