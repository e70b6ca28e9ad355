import type { Events } from '../events.ts'
import { StoreUnavailableError, type Store } from './store.ts'

/** The same store, which tells how long each of its operations took; those of its files and turns are not told. */
export function observed(store: Store, events: Events): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      const tell = (begun: number, available: boolean) =>
        events.emit('storeCalled', { operation: String(name), ms: performance.now() - begun, available })
      return async (...input: unknown[]) => {
        const begun = performance.now()
        try {
          const output: unknown = await Reflect.apply(member, target, input)
          tell(begun, true)
          return output
        } catch (error) {
          tell(begun, !(error instanceof StoreUnavailableError))
          throw error
        }
      }
    },
  })
}
