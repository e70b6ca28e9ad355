import type { Network } from '../protocol/network.ts'

/** What may speak against sending a value: the first that does is what people are told. */
export const MARKS = ['password', 'internal', 'malformed', 'private', 'own', 'good', 'query', 'file'] as const

export type Mark = (typeof MARKS)[number]

/** A list of what is ours, or several as one; whatever it is asked for is in its canonical form. */
export interface OwnList {
  /** How many entries it has. */
  readonly size: number
  /** Whether a name, or one above it, is ours. It may also be asked for text that only looks like a name. */
  hasName(name: string): boolean
  /** Whether any address of a network is ours. */
  hasPartOf(network: Network): boolean
}

/** A list of what is known to be harmless, or several as one; whatever it is asked for is in its canonical form. */
export interface GoodList {
  readonly size: number
  /** Whether a name is harmless: itself, or beneath an entry that means all beneath it. */
  hasName(name: string): boolean
  /** Whether all addresses of a network are harmless. */
  hasAllOf(network: Network): boolean
  hasHash(hash: string): boolean
  hasUrl(url: string): boolean
}

/** What becomes of a URL's `?…` towards public sources: sent unless it tells too much, cut, or the URL is kept in. */
export type UrlQueries = 'send' | 'cut' | 'keep'

/** What the owner has said of values that may leave the house. */
export interface Rules {
  own: readonly OwnList[]
  good: readonly GoodList[]
  urlQueries: UrlQueries
}
