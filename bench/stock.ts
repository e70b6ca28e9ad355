import { knownArtifact, waitingArtifact } from './artifacts.ts'
import type { Kind } from './cases.ts'
import { finish, postAll } from './client.ts'
import type { Database } from './database.ts'
import type { Stock } from './loads.ts'
import type { Server } from './server.ts'
import type { Source } from './source.ts'
import { BOUNDARY } from './upload-body.ts'

/** Sees that a service has what a case asks for: a memory store is filled by requests, a database was filled before. */
export async function fillService(
  { url }: Server,
  { kind, headers, stock, database, source }: FillOptions,
): Promise<void> {
  const post = (count: number, make: (number: number) => object) =>
    postAll(
      url,
      Array.from({ length: count }, (_, index) => make(index)),
      headers,
    )
  if (!database) {
    await post(stock.results, knownArtifact)
    await source.quiet(undefined)
    await post(stock.waiting, waitingArtifact)
  }
  if (kind === 'upload') {
    const contentType = `multipart/form-data; boundary=${BOUNDARY}`
    await finish(url, { method: 'POST', path: '/', bodyFile: stock.uploadBody, contentType }, headers)
  }
}

/** What a service is filled with, and for which case. */
export interface FillOptions {
  kind: Kind
  headers: Record<string, string>
  stock: Stock
  database: Database | undefined
  source: Source
}
