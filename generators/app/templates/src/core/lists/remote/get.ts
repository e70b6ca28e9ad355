import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Chunks } from '../formats/chunks.ts'
import { codeOf, PollFailed } from '../errors.ts'

/** `fetch`, as far as it is needed; tests bring their own. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>

/** Where the login for a list is read from, each time: it may change. */
export interface LoginFiles {
  tokenFile?: string
  userFile?: string
  passwordFile?: string
}

/** What lists are fetched with. */
export interface Getter {
  fetch: Fetch
  /** The folder of the lists, which the paths of login files may be relative to. */
  root: string
}

/**
 * Gets an address, with a login if there is one. A redirect is refused: it could lead the login, or the service, where
 * nobody meant it to go.
 * @throws {PollFailed} unless the answer is 200 or 304, or when there is none.
 */
export async function get(
  { fetch, root }: Getter,
  request: { url: string; headers: Record<string, string>; login: LoginFiles; signal: AbortSignal },
): Promise<Response> {
  const { url, signal, login } = request
  const headers = { ...request.headers, ...(await authorization(login, root)) }
  const response = await fetch(url, { headers, redirect: 'manual', signal }).catch((cause: unknown) => {
    throw new PollFailed(unreachable(cause), { cause })
  })
  const { status } = response
  if (status === 200 || status === 304) return response
  await response.body?.cancel()
  if (status === 401 || status === 403)
    throw new PollFailed(`refuses the login (${status}): check its tokenFile, or userFile and passwordFile`)
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
    throw new PollFailed(`sends elsewhere (${status}), which is refused: set its url to where the list is`)
  const wait = Number(response.headers.get('retry-after') ?? NaN)
  throw new PollFailed(`answers ${status}`, { retryAfterSecs: wait > 0 ? wait : undefined })
}

/**
 * The body of an answer, piece by piece.
 * @throws {PollFailed} when it breaks off.
 */
export async function* bodyOf({ body }: Response, { progress }: { progress(): void }): Chunks {
  try {
    for await (const chunk of body ?? []) {
      progress()
      yield chunk
    }
  } catch (cause) {
    throw new PollFailed(unreachable(cause), { cause })
  }
}

async function authorization(
  { tokenFile, userFile, passwordFile }: LoginFiles,
  root: string,
): Promise<Record<string, string>> {
  const read = async (path: string) => {
    const text = await readFile(resolve(root, path), 'utf8').catch((cause: unknown) => {
      throw new PollFailed(`cannot be fetched: its login file ${path} cannot be read (${codeOf(cause)})`, { cause })
    })
    return text.trim()
  }
  if (tokenFile !== undefined) return { authorization: `Bearer ${await read(tokenFile)}` }
  if (userFile === undefined || passwordFile === undefined) return {}
  const login = `${await read(userFile)}:${await read(passwordFile)}`
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
}

/** What the network says, as a code: its messages may hold the address. */
function unreachable(error: unknown): string {
  let cause = error
  while (cause instanceof Error && !('code' in cause && /^[A-Z_]+$/.test(String(cause.code))) && cause.cause)
    cause = cause.cause
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return `is out of reach${code}: check the network, the proxy and its url`
}
