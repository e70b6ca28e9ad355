import type { ActiveSearch } from '../store.ts'

/** An active search, and who holds it. */
export interface Entry {
  search: ActiveSearch
  owner?: string | undefined
  leaseUntil: number
  token: number
}
