import { setTimeout as sleep } from 'node:timers/promises'
import type { Replica } from './replica.ts'

/** What SOAR was answered in the end. */
export interface Scan {
  id: string
  status: number
  threat?: string
  error?: string
}

interface Answer {
  status: number
  body: { id: string; error?: string; hits?: { props: { name: string; value: string }[] }[] }
}

const POLL_MS = 1000
/** How long a request may take before SOAR asks elsewhere: in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Plays SOAR behind a load balancer: scans an artifact and polls until it is complete, each request through any of the
 * replicas; one that does not take it, or is away for the moment (503), is asked again, perhaps elsewhere.
 * @throws {Error} when a search that was accepted is answered as unknown.
 */
export async function scan(replicas: () => Replica[], value: string): Promise<Scan> {
  const accepted = await request(replicas, { method: 'POST', body: JSON.stringify({ type: 'net.uri', value }) })
  let { status, body } = accepted
  while (status === 303) {
    await sleep(POLL_MS)
    ;({ status, body } = await request(replicas, { path: accepted.body.id }))
    if (status === 404) throw new Error(`the search of ${value} is unknown`)
  }
  return {
    id: accepted.body.id,
    status,
    error: body.error,
    threat: body.hits?.[0]?.props.find(({ name }) => name === 'Threat')?.value,
  }
}

async function request(
  replicas: () => Replica[],
  { path = '', ...init }: RequestInit & { path?: string },
): Promise<Answer> {
  for (;;) {
    const all = replicas()
    const { url } = all[Math.floor(Math.random() * all.length)]!
    try {
      const response = await fetch(`${url}/${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
      const body = (await response.json()) as Answer['body']
      if (response.status !== 503) return { status: response.status, body }
    } catch {
      // it was killed, or is paused: a load balancer would take another one
    }
    await sleep(100)
  }
}
