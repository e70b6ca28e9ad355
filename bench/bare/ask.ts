import { settings } from './settings.ts'

/** Asks the source about a value, and gives the hits as the service's searcher does. */
export async function askSource(value: string): Promise<object[]> {
  const response = await fetch(`${settings.sourceUrl}/?value=${encodeURIComponent(value)}`)
  const { threat } = (await response.json()) as { threat: string }
  const source = { type: 'string', name: 'Source', value: 'Bench' }
  return [{ props: [source, { type: 'string', name: 'Threat', value: threat }] }]
}
