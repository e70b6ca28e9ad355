/** What went wrong at one place of an input. */
export interface Issue {
  /** Where, keys joined by dots; empty for the whole. */
  path: string
  message: string
}

/** The codes of tRPC that this service uses, and the HTTP status of each. */
export const HTTP_STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL_SERVER_ERROR: 500,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
} as const

export type RpcCode = keyof typeof HTTP_STATUS

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
