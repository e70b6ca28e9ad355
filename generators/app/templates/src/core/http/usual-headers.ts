import type { H3Event } from 'h3'

/** What every answer says, on either port: nobody keeps it, and nobody takes it for another type than it has. */
export function setUsualHeaders({ res }: H3Event): void {
  res.headers.set('cache-control', 'no-store')
  res.headers.set('x-content-type-options', 'nosniff')
}
