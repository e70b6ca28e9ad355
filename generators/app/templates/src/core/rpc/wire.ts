import { jsonSize } from './json-size.ts'
import type { Router } from './procedure.ts'
import { RPC_CODES, RpcError, type Issue, type RpcCode } from './error.ts'

/** The most calls in a batch: no client sends more. */
const MAX_CALLS = 50
/** Once the results of a batch are about that large, no further call of it is made: in characters. */
const MAX_BATCH_SIZE = 2_000_000

/** A request in tRPC's HTTP format (https://trpc.io/docs/rpc). */
export interface WireRequest {
  /** `GET` calls queries, `POST` mutations. */
  method: string
  /** The procedure's name; in a batch several, joined by commas. */
  path: string
  batch: boolean
  /** The input; in a batch an object with the input of each call under its number. */
  input: unknown
}

/** An error as tRPC's client expects it. */
export interface WireError {
  error: {
    message: string
    code: number
    data: { code: RpcCode; httpStatus: number; path?: string; issues?: Issue[] }
  }
}

type WireResult = { result: { data: unknown } } | WireError

/** An answer in tRPC's HTTP format. */
export interface WireAnswer {
  status: number
  body: WireResult | WireResult[]
}

/**
 * Calls procedures as a request says. An error of one call is its result; the others of its batch are not harmed.
 * Those are made one after the other, as long as their results together are not too large.
 * @param toRpcError turns whatever a procedure throws into an error that can be shown.
 */
export async function callOverWire<Context>(
  router: Router<Context>,
  ctx: Context,
  { method, path, batch, input }: WireRequest,
  toRpcError: (error: unknown) => RpcError,
): Promise<WireAnswer> {
  const call = async (name: string, raw: unknown): Promise<WireResult> => {
    try {
      return { result: { data: await procedureOf(router, name, method).call(ctx, raw as never) } }
    } catch (error) {
      return toWireError(toRpcError(error), name)
    }
  }
  if (!batch) {
    const body = await call(path, input)
    return { status: statusOf(body), body }
  }
  const names = path.split(',')
  if (names.length > MAX_CALLS) throw new RpcError('BAD_REQUEST', `A batch has at most ${MAX_CALLS} calls`)
  const inputs = (input ?? {}) as Record<number, unknown>
  const body: WireResult[] = []
  let size = 0
  for (const [index, name] of names.entries()) {
    const result = size < MAX_BATCH_SIZE ? await call(name, inputs[index]) : toWireError(batchTooLarge(), name)
    size += jsonSize(result)
    body.push(result)
  }
  const statuses = new Set(body.map(statusOf))
  return { status: statuses.size === 1 ? statusOf(body[0]!) : 207, body }
}

/** An error in tRPC's shape. */
export function toWireError({ code, message, issues }: RpcError, path?: string): WireError {
  const { status, number } = RPC_CODES[code]
  return { error: { message, code: number, data: { code, httpStatus: status, path, issues } } }
}

function batchTooLarge(): RpcError {
  return new RpcError(
    'PAYLOAD_TOO_LARGE',
    `The results before this one are larger than ${MAX_BATCH_SIZE} characters: call it in another batch`,
  )
}

function procedureOf<Context>(router: Router<Context>, name: string, method: string) {
  const procedure = Object.hasOwn(router, name) ? router[name] : undefined
  if (!procedure) throw new RpcError('NOT_FOUND', `There is no procedure "${name}"`)
  if (method !== (procedure.kind === 'query' ? 'GET' : 'POST')) {
    throw new RpcError('METHOD_NOT_SUPPORTED', `"${name}" is a ${procedure.kind}: ${method} does not call it`)
  }
  return procedure
}

function statusOf(result: WireResult): number {
  return 'error' in result ? result.error.data.httpStatus : 200
}
