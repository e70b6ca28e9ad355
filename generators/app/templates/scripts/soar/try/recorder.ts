/** How much of an answer is kept: in characters. */
const MAX_SHOWN = 1_000_000

/** One request to a source and what came back, without any key. */
export interface Exchange {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
  /** Nothing when none came. */
  response?: { status: number; headers: Record<string, string>; body: string }
  ms: number
}

/** A `fetch` that keeps what goes over it. */
export interface Recorder {
  fetch: typeof fetch
  /** Takes what it has kept. */
  take(): Promise<Exchange[]>
}

/**
 * Makes a `fetch` that keeps what goes over it, and no secret of it.
 * @param secrets none of which is shown, wherever it stands.
 */
export function createRecorder(send: typeof fetch, secrets: readonly string[]): Recorder {
  let exchanges: Promise<Exchange>[] = []
  const masked = createMask(secrets)

  const keep = async (input: Parameters<typeof fetch>[0], init: RequestInit = {}, answered: Promise<Response>) => {
    const begun = performance.now()
    const sent = {
      method: init.method ?? 'GET',
      url: masked(String(input)),
      headers: textsOf(new Headers(init.headers), masked),
      ...(init.body != null && { body: masked(String(init.body)) }),
    }
    try {
      const response = await answered
      const { status, headers } = response
      const shown = { status, headers: textsOf(headers, masked), body: masked(await textOf(response)) }
      return { ...sent, response: shown, ms: Math.round(performance.now() - begun) }
    } catch {
      // the look-up says what went wrong
      return { ...sent, ms: Math.round(performance.now() - begun) }
    }
  }

  return {
    async fetch(input, init) {
      const answered = send(input, init)
      const copied = answered.then((response) => response.clone())
      exchanges.push(keep(input, init, copied))
      return answered
    },
    async take() {
      const taken = exchanges
      exchanges = []
      return Promise.all(taken)
    },
  }
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  const chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = body ?? []
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_SHOWN) return `${text.slice(0, MAX_SHOWN)}…`
  }
  return text
}

function textsOf(headers: Headers, masked: (text: string) => string): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, masked(value)]))
}

/** A key may also stand in an address or a form, and be told back. */
function createMask(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((secret) => secret !== '')
  return (text) => spellings.reduce((masked, secret) => masked.replaceAll(secret, '…'), text)
}
