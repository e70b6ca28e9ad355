import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Reach, View } from '../gate/decide.ts'
import { MARKS, type Mark } from '../gate/rules.ts'
import {
  flag,
  optionalSetting,
  plainText,
  setting,
  wholeNumber,
  type Settings,
  type SettingValues,
} from '../setting.ts'
import { rateLimit, windowsOf, type Quota } from './rate-limiter.ts'
import type { RateWindow } from '../store/rate-windows.ts'
import type { Reachable, Source } from './source.ts'

/** How long one call of a source may take, unless its settings say otherwise: in seconds. */
const CALL_TIMEOUT_SECS = 30

/** How many look-ups of a source a replica makes at once, unless the source says otherwise. */
const CONCURRENCY = 5

/** What the settings say of a look-up: of a source's, or that of a searcher with code of its own. */
export interface LookUpSettings extends View {
  /** When it is made: `never` is what its owner has switched off. */
  ask: 'always' | 'if-nothing-found' | 'never'
  /** How long an outcome stays fresh, where that is set: in seconds. */
  ttlSecs?: number
  /** How many of them a replica makes at once. */
  concurrency: number
  optional: boolean
  /** The values of its own settings. */
  own: SettingValues
}

/** What the settings say of a source. */
export interface SourceSettings extends LookUpSettings {
  /** Its address; none for an instance of the owner's that nobody has set. */
  url?: string
  keys: string[]
  /** Where its calls are counted: a quota for each key, or one without keys. */
  quotas: Quota[]
  timeoutMs: number
}

/** What the names of the settings of a source or a searcher begin with. */
export function settingPrefix(id: string): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_`
}

/** The names of a source's settings that messages speak of. */
export function settingNames({ id, readsLists }: Pick<Source, 'id' | 'readsLists'>): {
  url: string
  key: string
  rateLimit: string
  timeout: string
} {
  const prefix = settingPrefix(id)
  return {
    url: readsLists ? 'CTS_LISTS' : `${prefix}API_URL`,
    key: `${prefix}API_KEY`,
    rateLimit: `${prefix}RATE_LIMIT`,
    timeout: `${prefix}TIMEOUT_SECS`,
  }
}

/** The settings that every look-up has, by name. */
export function lookUpSettings(id: string, title: string, reachable: Reachable): Settings {
  const { reach = 'query', optional = false, concurrency = CONCURRENCY } = reachable
  const prefix = settingPrefix(id)
  const reaches = v.picklist(['local', 'own', 'query', 'submit'], 'must be local, own, query or submit')
  const asks = v.picklist(['always', 'if-nothing-found', 'never'], 'must be always, if-nothing-found or never')
  return {
    [`${prefix}REACH`]: setting(reaches, { default: reach, description: `how far what ${title} is told travels` }),
    [`${prefix}MAY_SEE`]: optionalSetting(marks(), {
      description: `what ${title} may see beyond its reach: ${MARKS.join(', ')}`,
    }),
    [`${prefix}ASK`]: setting(asks, {
      default: 'always',
      description: `when ${title} is asked: \`always\`, \`if-nothing-found\` or \`never\``,
    }),
    [`${prefix}TTL_SECS`]: optionalSetting(wholeNumber(1, 31_536_000), {
      description: `how long what ${title} answers stays fresh`,
    }),
    [`${prefix}CONCURRENCY`]: setting(wholeNumber(1, 10_000), {
      default: String(concurrency),
      description: `how many look-ups of ${title} a replica makes at once`,
    }),
    [`${prefix}OPTIONAL`]: setting(flag(), {
      default: String(optional),
      description: `whether a failure of ${title} is only told beside an answer`,
    }),
  }
}

/** All settings of a source by name, as its owner writes them. */
export function sourceSettings(source: Source): Settings {
  const { id, title, url, key, readsLists } = source
  const names = settingNames(source)
  if (readsLists) {
    const folder = optionalSetting(plainText(), { description: 'the folder of the local lists' })
    return { [names.url]: folder, ...lookUpSettings(id, title, source), ...source.settings }
  }
  const address = { description: `where ${title} is asked` }
  return {
    [names.url]:
      url === undefined ? optionalSetting(apiUrl(), address) : setting(apiUrl(), { default: url, ...address }),
    ...(key && {
      [names.key]: optionalSetting(keys(), {
        description: `the key for ${title}; several joined by commas share the load`,
        secret: true,
      }),
    }),
    [names.rateLimit]: optionalSetting(rateLimit(), {
      description: `how often ${title} may be asked with a key, such as 4/min, 500/d or 5/30s`,
    }),
    [names.timeout]: setting(wholeNumber(1, 3600), {
      default: String(CALL_TIMEOUT_SECS),
      description: `how long one call of ${title} may take`,
    }),
    ...lookUpSettings(id, title, source),
    ...source.settings,
  }
}

/** What the values of a look-up's settings come to. */
export function toLookUpSettings(id: string, values: Record<string, unknown>): LookUpSettings {
  const prefix = settingPrefix(id)
  return {
    reach: values[`${prefix}REACH`] as Reach,
    maySee: new Set(values[`${prefix}MAY_SEE`] as Mark[] | undefined),
    ask: values[`${prefix}ASK`] as LookUpSettings['ask'],
    ttlSecs: values[`${prefix}TTL_SECS`] as number | undefined,
    concurrency: values[`${prefix}CONCURRENCY`] as number,
    optional: values[`${prefix}OPTIONAL`] as boolean,
    own: values as SettingValues,
  }
}

/** What the values of a source's settings come to. */
export function toSourceSettings(source: Source, values: Record<string, unknown>): SourceSettings {
  const names = settingNames(source)
  const ownKeys = (values[names.key] as string[] | undefined) ?? []
  const usual = v.parse(rateLimit(), (ownKeys.length > 0 && source.key?.rateLimit) || source.rateLimit || 'none')
  const windows = ((values[names.rateLimit] as RateWindow[] | undefined) ?? usual).flatMap(windowsOf)
  return {
    ...toLookUpSettings(source.id, values),
    url: values[names.url] as string | undefined,
    keys: ownKeys,
    quotas: (ownKeys.length > 0 ? ownKeys : [undefined]).map((key) => ({ name: quotaName(source, key), windows })),
    timeoutMs: ((values[names.timeout] as number | undefined) ?? CALL_TIMEOUT_SECS) * 1000,
  }
}

/** What is missing of a source's settings before it can be asked, by the setting's name; nothing when all is there. */
export function missingSetting(source: Source, { url, keys }: SourceSettings): string | undefined {
  const names = settingNames(source)
  if (url === undefined) return names.url
  return source.key && !source.key.optional && keys.length === 0 ? names.key : undefined
}

/** Sources count calls by key: a new key starts anew. Of the key, the name has a part of a digest only. */
function quotaName({ id }: Source, key: string | undefined): string {
  return key === undefined ? id : `${id}:${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
}

/** The address of an API: http, https or tcp, perhaps with a path, which requests go below. */
function apiUrl() {
  return v.pipe(
    v.string(),
    v.check(isApiUrl, 'must be an http(s) address such as https://api.example.com, or tcp://HOST:PORT'),
    v.transform((text) => text.replace(/\/+$/, '')),
  )
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash, username, password, host, port, pathname } = new URL(text)
  if (search || hash || username || password || !host) return false
  return protocol === 'tcp:' ? port !== '' && /^\/?$/.test(pathname) : /^https?:$/.test(protocol)
}

/** Keys joined by commas. Of what a header cannot hold `fetch` would say that it is wrong, and show it. */
function keys() {
  return v.pipe(
    plainText(),
    v.transform((text) => text.split(',').map((key) => key.trim())),
    v.check(
      (all) => all.every((key) => /^[!-+\--~]+$/.test(key)),
      'must be of printable ASCII characters, without a space; several keys are joined by commas',
    ),
  )
}

/** Marks joined by commas. */
function marks() {
  const message = `must be some of ${MARKS.join(', ')}, joined by commas`
  return v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((mark) => mark.trim())),
    v.array(v.picklist(MARKS, message), message),
  )
}
