/** What went wrong at one place of an input. */
export interface Issue {
  /** Where, keys joined by dots; empty for the whole. */
  path: string
  message: string
}

/** The codes of tRPC that this service uses: the HTTP status of each, and its number in JSON-RPC. */
export const RPC_CODES = {
  BAD_REQUEST: { status: 400, number: -32600 },
  UNAUTHORIZED: { status: 401, number: -32001 },
  FORBIDDEN: { status: 403, number: -32003 },
  NOT_FOUND: { status: 404, number: -32004 },
  METHOD_NOT_SUPPORTED: { status: 405, number: -32005 },
  PAYLOAD_TOO_LARGE: { status: 413, number: -32013 },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, number: -32015 },
  CLIENT_CLOSED_REQUEST: { status: 499, number: -32099 },
  INTERNAL_SERVER_ERROR: { status: 500, number: -32603 },
  BAD_GATEWAY: { status: 502, number: -32603 },
  SERVICE_UNAVAILABLE: { status: 503, number: -32603 },
} as const

export type RpcCode = keyof typeof RPC_CODES

/** A request that is answered with an error. The message is for whoever sent it; the cause is for the log alone. */
export class RpcError extends Error {
  override name = 'RpcError'
  readonly code: RpcCode
  readonly issues?: Issue[]

  constructor(code: RpcCode, message: string, { issues, cause }: { issues?: Issue[]; cause?: unknown } = {}) {
    super(message, { cause })
    this.code = code
    this.issues = issues
  }
}
