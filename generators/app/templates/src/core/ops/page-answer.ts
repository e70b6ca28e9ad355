import { RpcError } from '../rpc/error.ts'

/** What a page's address is answered with: a page, or the way to another. */
export type PageAnswer = { html: string; status?: number } | { location: string }

/** The answer to an id that nobody knows. */
export function unknownSearch(): RpcError {
  return new RpcError('NOT_FOUND', 'No search of this id is known: it was never made, or its result has expired')
}
