import { parseNetwork } from '../protocol/network.ts'
import { detailsAt, type Details } from './details.ts'
import type { Found, ListIndex } from './index/list-index.ts'
import type { ListedType } from './entry.ts'

/** An entry that an artifact matches, and what its list says of it. */
export interface Match {
  /** As people write it. */
  entry: string
  matched: Found['matched']
  details: Details
}

/** No value that can be listed is longer: in characters. */
const MAX_LENGTH = 8192

/**
 * The entries of a list that an artifact's value, in its canonical form, matches at a time: an address by its networks
 * too, a name by its parents, a URL that is not listed itself by its host, a mail address by its domain.
 * @param hosts whether a URL is looked for by its host.
 * @param now in milliseconds since 1970.
 */
export function lookUp(
  index: ListIndex,
  { type, value }: { type: ListedType; value: unknown },
  { hosts, now }: { hosts: boolean; now: number },
): Match[] {
  const valid = (all: Found[]) => all.flatMap((found) => toMatch(found, now) ?? [])
  const host = (name: string) => {
    const network = parseNetwork(name)
    return valid(network ? index.findNetwork(network) : index.findName(name))
  }
  const mail = (address: string) => {
    const exactly = valid(index.find(address))
    return exactly.length > 0 ? exactly : host(address.slice(address.lastIndexOf('@') + 1))
  }
  if (type === 'email.header.to')
    return Array.isArray(value) ? value.flatMap((one) => (isShort(one) ? mail(one) : [])) : []
  if (!isShort(value)) return []
  switch (type) {
    case 'net.ip':
    case 'net.cidr':
    case 'net.name':
      return host(value)
    case 'net.uri': {
      const exactly = valid(index.find(value))
      return exactly.length > 0 || !hosts ? exactly : host(hostOf(value))
    }
    case 'email.header.sender_address':
      return mail(value)
    default:
      return valid(index.find(value))
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : ''
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH
}

function toMatch({ entry, matched, details: text }: Found, now: number): Match | undefined {
  const details = detailsAt(text, now)
  return details && { entry, matched, details }
}
