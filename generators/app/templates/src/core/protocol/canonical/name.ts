import { clean, refang } from './clean.ts'
import { hostName } from './host-name.ts'
import { hasScheme, parseUrl } from './url.ts'

const NAME_PORT_PATH = /^([^:/]+)(?::\d{1,5})?(?:\/.*)?$/s

/** The canonical form of a host name, or of the host of a URL, of `name:port` or `name/path`; or `undefined`. */
export function canonicalName(text: string): string | undefined {
  const cleaned = clean(text)
  if (hasScheme(cleaned)) return hostName(parseUrl(cleaned)?.host ?? '')
  const [, name] = NAME_PORT_PATH.exec(refang(cleaned)) ?? []
  return name === undefined ? undefined : hostName(name)
}
