import { createFetched } from './fetched.ts'
import type { Getter } from './get.ts'
import { List } from '../list.ts'
import type { FetchOptions, TaxiiOptions } from '../list-options.ts'
import type { Manifest } from '../manifest.ts'
import { startPolling, type Poll, type Poller, type PollerOptions } from './poller.ts'
import { createCollection } from './taxii.ts'

/** What all lists that are fetched are polled with. */
export type RemoteOptions = Omit<PollerOptions, 'poll' | 'everyMinutes'> & { getter: Getter }

/** The lists that `lists.json` says are fetched. */
export class RemoteLists {
  readonly #options: RemoteOptions
  /** With the options that each was started with. */
  readonly #pollers = new Map<string, { poller: Poller; options: string }>()

  constructor(options: RemoteOptions) {
    this.#options = options
  }

  /** All of them. */
  get lists(): List[] {
    return [...this.#pollers.values()].map(({ poller }) => poller.list)
  }

  /** Polls what a manifest names, as it says, and nothing else. Gives those that are polled for the first time. */
  follow({ fetched, collections }: Manifest): Poller[] {
    for (const [id, { poller }] of this.#pollers)
      if (!fetched.has(id) && !collections.has(id)) {
        this.#pollers.delete(id)
        void poller.stop()
      }
    const { getter } = this.#options
    return [
      ...[...fetched].map(([id, options]) => this.#start(id, options, () => createFetched(options, getter))),
      ...[...collections].map(([id, options]) => this.#start(id, options, () => createCollection(options, getter))),
    ].filter((poller) => poller !== undefined)
  }

  /** Ends all polls; resolves when none is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pollers.values()].map(({ poller }) => poller.stop()))
  }

  #start(id: string, options: FetchOptions | TaxiiOptions, createPoll: () => Poll): Poller | undefined {
    const text = JSON.stringify(options)
    const known = this.#pollers.get(id)
    if (known?.options === text) return undefined
    const list = new List({ id, use: options.use, options })
    if (known) {
      void known.poller.stop()
      // what it holds counts until it is fetched as it is said now
      if (known.poller.list.use === list.use) list.loaded = known.poller.list.loaded
    }
    const poller = startPolling(list, { ...this.#options, poll: createPoll(), everyMinutes: options.everyMinutes })
    this.#pollers.set(id, { poller, options: text })
    return poller
  }
}
