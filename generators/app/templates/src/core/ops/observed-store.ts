import type { Events } from '../events.ts'
import { StoreUnavailableError, type Store } from '../store/store.ts'

type Operation = (...input: never[]) => Promise<unknown>

/** The same store, but each operation emits an event with its time. Those of its files, rates and ledger do not. */
export function observed(store: Store, events: Events): Store {
  const members = Object.entries(store).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? observedOperation(name, member as Operation, events) : member,
  ])
  return Object.fromEntries(members) as Store
}

function observedOperation(operation: string, run: Operation, events: Events): Operation {
  const tell = (begun: number, available: boolean) =>
    events.emit('storeCalled', { operation, ms: performance.now() - begun, available })
  return async (...input) => {
    const begun = performance.now()
    try {
      const output = await run(...input)
      tell(begun, true)
      return output
    } catch (error) {
      tell(begun, !(error instanceof StoreUnavailableError))
      throw error
    }
  }
}
