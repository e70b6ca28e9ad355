import * as v from 'valibot'
import { hitSchema, type Hit } from '../../src/core/protocol/hit.ts'
import { capabilitiesSchema } from '../../src/core/protocol/response.ts'

/** Something is not as SOAR needs it. The message is a sentence for whoever reads it. */
export class SoarError extends Error {
  override name = 'SoarError'
}

/** An answer to a scan; while the search goes on, `retrySecs` says when to ask again. */
export interface ScanAnswer {
  id: string
  hits: Hit[]
  retrySecs?: number
}

/** A source that was not asked, and by which rule. */
export interface NotAsked {
  source: string
  rule: string
}

const notAskedSchema = v.object({
  result: v.object({
    data: v.object({ not_asked: v.optional(v.array(v.object({ source: v.string(), rule: v.string() })), []) }),
  }),
})

const id = v.pipe(v.string(), v.nonEmpty())
const completeSchema = v.strictObject({ id, hits: v.array(hitSchema) })
const pendingSchema = v.strictObject({
  id,
  retry_secs: v.pipe(v.number(), v.minValue(0)),
  hits: v.optional(v.array(hitSchema)),
})
const errorSchema = v.object({ error: v.pipe(v.string(), v.nonEmpty()), code: v.pipe(v.string(), v.nonEmpty()) })

/**
 * Reads the answer to a scan.
 * @param request names it in messages: "POST /".
 * @throws {SoarError} when the answer is an error, or not as the protocol has it.
 */
export async function readScanAnswer(request: string, response: Response): Promise<ScanAnswer> {
  const body = await readBody(request, response)
  if (response.status === 200) return check(request, response, completeSchema, body)
  if (response.status !== 303) throw refusal(request, response, body)
  const { retry_secs: retrySecs, hits = [], ...rest } = check(request, response, pendingSchema, body)
  return { ...rest, hits, retrySecs }
}

/**
 * Reads the answer to the question what the service wants: whether it is files.
 * @throws {SoarError} when the answer is an error, or not as the protocol has it.
 */
export async function readCapabilities(request: string, response: Response): Promise<boolean> {
  const body = await readBody(request, response)
  if (response.status !== 200) throw refusal(request, response, body)
  return check(request, response, capabilitiesSchema, body).upload_file
}

/** The sources that were not asked, by an answer in tRPC's format; `undefined` when it is an error, or something else. */
export async function readNotAsked(response: Response): Promise<NotAsked[] | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  const checked = v.safeParse(notAskedSchema, body)
  return checked.success ? checked.output.result.data.not_asked : undefined
}

async function readBody(request: string, response: Response): Promise<unknown> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? 'none'
  if (!type.startsWith('application/json')) {
    throw wrong(request, response, `its content type is "${type}", not application/json; is this the service?`)
  }
  for (const name of ['location', 'etag']) {
    if (response.headers.has(name)) throw wrong(request, response, `it has the header "${name}", which misleads SOAR`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw wrong(request, response, 'its body is not JSON')
  }
}

function check<T>(request: string, response: Response, schema: v.GenericSchema<unknown, T>, body: unknown): T {
  const checked = v.safeParse(schema, body)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw wrong(request, response, `its body is wrong at "${v.getDotPath(issue) ?? 'the top'}": ${issue.message}`)
}

/** The error of an answer that is an error, in the form that the protocol has for it or not. */
function refusal(request: string, response: Response, body: unknown): SoarError {
  if (response.status < 400) return wrong(request, response, 'SOAR expects 200, 303 or an error')
  const checked = v.safeParse(errorSchema, body)
  if (!checked.success) return wrong(request, response, 'its body has no "error" and "code"')
  if (response.status === 401 && !/^basic\b/i.test(response.headers.get('www-authenticate') ?? '')) {
    return wrong(request, response, 'it has no "WWW-Authenticate: Basic"')
  }
  return new SoarError(
    `${request} is answered with ${response.status}: ${checked.output.error}. ${consequence(response)}`,
  )
}

function wrong(request: string, { status }: Response, reason: string): SoarError {
  return new SoarError(`${request} is answered with ${status}, but not as the protocol has it: ${reason}`)
}

/** What SOAR does about an error. */
function consequence({ status }: Response): string {
  if (status === 401) return 'SOAR disables the service until user and password are mended'
  return status < 500 ? 'SOAR does not ask again' : 'SOAR sends the artifact again later'
}
