import { settingNames } from '../src/core/client/source-settings.ts'
import type { Source } from '../src/core/define.ts'
import type { EnvLine } from './env-file.ts'

/** What the folder of the local lists is. */
const FOLDER = 'the folder of what is yours, harmless and bad; lists/README.md says what goes there'

type Settings = NonNullable<Source['settings']>

/**
 * What `.env.example` says of a source: what must be set first, then what is mostly set, then its own settings.
 * docs/settings.md has the settings that all sources share.
 */
export function envLinesOf(source: Source): EnvLine[] {
  const { title, url, key, rateLimit = 'none', settings = {}, readsLists } = source
  const names = settingNames(source)
  if (readsLists) return [{ name: names.url, comment: `${title}: ${FOLDER}`, example: 'lists' }, ...ownLines(settings)]
  const lines = [
    ...(key
      ? [{ name: names.key, comment: `${title}: ${aboutKey(key)}`, example: '', optional: key.optional === true }]
      : []),
    url === undefined
      ? { name: names.url, comment: `${title}: the address of your instance`, example: '' }
      : { name: names.url, comment: `${title}: where it is asked`, example: url, optional: true },
    {
      name: names.rateLimit,
      comment: `${title}: how often it may be asked, such as 4/min, 500/d or 5/30s`,
      example: rateLimit,
      optional: true,
    },
  ]
  return [...lines, ...ownLines(settings)]
}

/** What `.env.example` says of the settings that a source or a searcher has of its own. */
export function ownLines(settings: Settings): EnvLine[] {
  return Object.entries(settings).map(([name, { description, default: example }]) => ({
    name,
    comment: description,
    example,
    optional: true,
  }))
}

function aboutKey({ from, optional, freeQuota }: NonNullable<Source['key']>): string {
  const uses = [...(optional ? ['it answers without one too'] : []), ...(freeQuota ? [`free: ${freeQuota}`] : [])]
  return [`the key, from ${from}`, ...uses].join('; ')
}
