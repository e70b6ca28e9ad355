import { canonicalMail } from './mail.ts'

const MAX_RECIPIENTS = 1000
const MAX_ADDRESS = 512

/** In all; more than a mail server takes in one header (Postfix: 102,400). */
const MAX_CHARACTERS = 131_072

/** Making A-labels takes ten microseconds a name; nobody writes to so many such domains at once. */
const MAX_UNICODE_DOMAINS = 100

/** The canonical form of the addresses that a mail went to: sorted, each once. Or `undefined` if one is none. */
export function canonicalRecipients(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_RECIPIENTS) return undefined
  const recipients = new Set<string>()
  let characters = 0
  let unicodeDomains = 0
  for (const text of value) {
    if (typeof text !== 'string' || text.length > MAX_ADDRESS) return undefined
    characters += text.length
    if (characters > MAX_CHARACTERS) return undefined
    if (/[\u0080-\uffff]/.test(text.slice(text.lastIndexOf('@'))) && ++unicodeDomains > MAX_UNICODE_DOMAINS)
      return undefined
    const address = canonicalMail(text)
    if (address === undefined) return undefined
    recipients.add(address)
  }
  return [...recipients].toSorted()
}
