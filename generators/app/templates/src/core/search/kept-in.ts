import type { Logger } from 'pino'
import type { Events } from '../events.ts'
import { OWNERS_CHOICE } from '../gate/decide.ts'
import type { NotAsked } from '../protocol/outcome.ts'

/** The log and the metrics have what stays in the house, and why; not its value. */
export function tellKeptIn(
  { id, type, notAsked }: { id: string; type: string; notAsked: readonly NotAsked[] },
  { events, log }: { events: Events; log: Logger },
): void {
  const kept = notAsked.filter(({ rule }) => !OWNERS_CHOICE.has(rule))
  if (kept.length === 0) return
  const rules = Object.fromEntries(kept.map(({ lookUp, rule }) => [lookUp, rule]))
  log.info({ id, type, rules }, 'kept in')
  events.emit('keptIn', { kept })
}
