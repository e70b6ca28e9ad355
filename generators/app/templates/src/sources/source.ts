/** A threat source: an API that searchers ask. Its address and key are settings, named after its id. */
export interface Source {
  /** Lower case; `urlhaus` has the settings `URLHAUS_API_URL` and `URLHAUS_API_KEY`. */
  id: string
  /** The name that analysts know it by. */
  title: string
  /** Its origin, without a path: what `…_API_URL` is unless it is set. */
  url: string
  /** How it wants its key, if it takes one. */
  key?: {
    header: string
    /** Whether it answers without one too. */
    optional?: boolean
    /** Where a key can be had. */
    from: string
  }
}

/** What the settings say of a source. */
export interface SourceSettings {
  url: string
  key?: string
}

/** Describes a threat source. */
export function defineSource(source: Source): Source {
  return source
}

/** The names of a source's settings. */
export function settingNames(source: Source): { url: string; key: string } {
  const prefix = source.id.toUpperCase().replaceAll('-', '_')
  return { url: `${prefix}_API_URL`, key: `${prefix}_API_KEY` }
}
