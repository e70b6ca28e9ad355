import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A local server that answers as URLhaus does. */
export interface FakeUrlhaus {
  url: string
  /** The form and key of each request so far. */
  requests: { path: string; form: string; key: string | undefined }[]
  /** Holds answers back from now on, until the function that it gives is called. */
  holdBack(): () => void
  close(): void
}

/** What URLhaus has answered about an address that spreads malware. */
const RECORDED = {
  query_status: 'ok',
  id: '1000001',
  urlhaus_reference: 'https://urlhaus.abuse.ch/url/1000001/',
  url: 'http://malware.example/sample.exe',
  url_status: 'online',
  host: 'malware.example',
  date_added: '2026-01-02 03:04:05 UTC',
  threat: 'malware_download',
  blacklists: { spamhaus_dbl: 'not listed', surbl: 'not listed' },
  reporter: 'someone',
  larted: 'true',
  tags: ['exe'],
  payloads: [],
}

/** The properties of the hit that comes of it. */
export const HIT_PROPS = [
  { type: 'string', name: 'Source', value: 'URLhaus' },
  { type: 'string', name: 'Threat', value: 'malware_download' },
  { type: 'string', name: 'Status', value: 'online' },
  { type: 'string', name: 'Tags', value: 'exe' },
  { type: 'string', name: 'First seen', value: '2026-01-02 03:04:05 UTC' },
  { type: 'string', name: 'Reporter', value: 'someone' },
  { type: 'uri', name: 'Report', value: 'https://urlhaus.abuse.ch/url/1000001/' },
]

/** Starts it on a free port of this machine. */
export async function startFakeUrlhaus(): Promise<FakeUrlhaus> {
  const requests: FakeUrlhaus['requests'] = []
  let gate: Promise<void> = Promise.resolve()
  const server = createServer(async (request, response) => {
    const form = await text(request)
    requests.push({ path: request.url!, form, key: request.headers['auth-key'] as string | undefined })
    await gate
    response.setHeader('content-type', 'application/json').end(JSON.stringify(RECORDED))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    holdBack() {
      let open = () => {}
      gate = new Promise((resolve) => (open = resolve))
      return open
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
