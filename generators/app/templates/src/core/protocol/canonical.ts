import { canonicalAddress, canonicalCidr } from './canonical/address.ts'
import { canonicalCve } from './canonical/cve.ts'
import { canonicalHash, canonicalMac } from './canonical/hex.ts'
import { canonicalMail } from './canonical/mail.ts'
import { canonicalName } from './canonical/name.ts'
import { canonicalRecipients } from './canonical/recipients.ts'
import { canonicalUrl } from './canonical/url.ts'
import { textFault } from './canonical/well-formed.ts'

/** A value as its type means it, or as it came with what is wrong with it: a phrase that goes on from "the value". */
export type Canonical = { value: unknown; exact: true; fault?: never } | { value: unknown; exact: false; fault: string }

/** How values of a type with a canonical form are made canonical. */
interface Form {
  of(text: string): string | undefined
  /** What is wrong with a value that has none. */
  fault: string
  /** In characters: nothing longer is parsed, and nothing longer is given. */
  limit: number
}

const LIMIT = 512
const URL_LIMIT = 8192

const hash = (digits: number, name: string): Form => ({
  of: (text) => canonicalHash(text, digits),
  fault: `is no ${name} hash`,
  limit: LIMIT,
})

const forms = new Map<string, Form>([
  ['net.ip', { of: canonicalAddress, fault: 'is no IP address', limit: LIMIT }],
  ['net.cidr', { of: canonicalCidr, fault: 'is no CIDR', limit: LIMIT }],
  ['net.name', { of: canonicalName, fault: 'is no host or domain name', limit: LIMIT }],
  ['net.uri', { of: canonicalUrl, fault: 'is no URL with a host', limit: URL_LIMIT }],
  ['net.mac', { of: canonicalMac, fault: 'is no MAC address', limit: LIMIT }],
  ['hash.md5', hash(32, 'MD5')],
  ['hash.sha1', hash(40, 'SHA-1')],
  ['hash.sha256', hash(64, 'SHA-256')],
  ['email.header.sender_address', { of: canonicalMail, fault: 'is no mail address', limit: LIMIT }],
  ['threat.report.cve', { of: canonicalCve, fault: 'holds no CVE id, or several', limit: LIMIT }],
])

/**
 * The canonical form of an artifact's value: the same for all spellings of one thing, and itself when made canonical
 * again. Types that have none, unknown ones included, keep their value. `exact` is false for a value that is not what
 * its type says, which stays as it came; `fault` then says why without the value.
 * @param value has the shape that the protocol gives the type.
 */
export function canonical(type: string, value: unknown): Canonical {
  const fault = textFault(value)
  if (fault !== undefined) return { value, exact: false, fault }
  if (type === 'email.header.to') {
    return made(value, canonicalRecipients(value), 'is no list of up to 1,000 mail addresses')
  }
  const form = forms.get(type)
  return form ? canonicalText(value, form) : { value, exact: true }
}

function canonicalText(value: unknown, { of, fault, limit }: Form): Canonical {
  if (typeof value !== 'string') return { value, exact: false, fault }
  const tooLong = `has more than ${limit} characters`
  if (value.length > limit) return { value, exact: false, fault: tooLong }
  const form = of(value)
  return form !== undefined && form.length > limit ? { value, exact: false, fault: tooLong } : made(value, form, fault)
}

function made(value: unknown, form: unknown, fault: string): Canonical {
  return form === undefined ? { value, exact: false, fault } : { value: form, exact: true }
}
