import * as v from 'valibot'
import { optionalSetting, origin, plainText, setting, type Setting } from '../settings/setting.ts'
import type { RateWindow } from '../store/turns.ts'
import { rateLimit } from './rate-limit.ts'
import type { Reply } from './reply.ts'

/**
 * A threat source: an API that searchers ask. Its address, key and rate limit are settings, named after its id:
 * `urlhaus` has `URLHAUS_API_URL`, `URLHAUS_API_KEY` and `URLHAUS_RATE_LIMIT`.
 */
export interface Source {
  /** Lower case. */
  id: string
  /** The name that analysts know it by. */
  title: string
  /** Its origin, without a path: what `…_API_URL` is unless it is set. */
  url: string
  /** How it wants its key, if it takes one. */
  key?: {
    header: string
    /** What stands before the key in the header, such as `Bearer `, with its space. */
    prefix?: string
    /** Whether it answers without one too. */
    optional?: boolean
    /** Where a key can be had. */
    from: string
    /** How often it may be asked with a key, where that differs. */
    rateLimit?: string
  }
  /** How often it may be asked, such as `4/min, 500/d`: what `…_RATE_LIMIT` is unless it is set. Default: `none`. */
  rateLimit?: string
  /** How many calls a replica makes at once. Default: 5. */
  concurrency?: number
  /** What a reply means where this source has ways of its own; `undefined`: what its status usually means. */
  meaningOf?(reply: Reply): 'key_refused' | 'rate_limited' | undefined
  /** When to come back after a reply that says "too many calls", where it does not say so in `Retry-After`: in seconds. */
  retryAfterSecs?(reply: Reply): number | undefined
}

/** What the settings say of a source. */
export interface SourceSettings {
  url: string
  key?: string
  /** How often it may be asked: each of them holds. */
  windows: RateWindow[]
}

/** Describes a threat source. */
export function defineSource(source: Source): Source {
  return source
}

/** What the names of a source's settings begin with. */
export function settingPrefix({ id }: Source): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_`
}

/** The names of a source's settings. */
export function settingNames(source: Source): { url: string; key: string; rateLimit: string } {
  const prefix = settingPrefix(source)
  return { url: `${prefix}API_URL`, key: `${prefix}API_KEY`, rateLimit: `${prefix}RATE_LIMIT` }
}

/** A source's settings by name, as its owner writes them. */
export function settingsOf(source: Source): Record<string, Setting<unknown>> {
  const { title, key } = source
  const names = settingNames(source)
  return {
    [names.url]: setting(origin(), { default: source.url, description: `where ${title} is asked` }),
    ...(key && { [names.key]: optionalSetting(headerText(), { description: `the key for ${title}`, secret: true }) }),
    [names.rateLimit]: optionalSetting(rateLimit(), {
      description: `how often ${title} may be asked, such as 4/min, 500/d or 5/30s`,
    }),
  }
}

/** What a header can hold: of anything else `fetch` would say that it is wrong, and show it. */
function headerText() {
  return v.pipe(plainText(), v.regex(/^[!-~]+$/, 'must be of printable ASCII characters, without a space'))
}

/** What the values of a source's settings come to. */
export function toSourceSettings(source: Source, values: Record<string, unknown>): SourceSettings {
  const names = settingNames(source)
  const key = values[names.key] as string | undefined
  const usual = v.parse(rateLimit(), (key && source.key?.rateLimit) ?? source.rateLimit ?? 'none')
  const windows = (values[names.rateLimit] as RateWindow[] | undefined) ?? usual
  return { url: values[names.url] as string, key, windows }
}
