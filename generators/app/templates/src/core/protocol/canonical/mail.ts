import { clean, refang } from './clean.ts'
import { hostName } from './host-name.ts'

/** A local part without blanks, controls, and what parts one address from the next (RFC 5322's specials). */
const LOCAL_PART = /^[^\s\p{Cc}()<>{}[\]:;@\\,]+$/u

/** The canonical form of a mail address, or `undefined`: `Jane <JANE@Evil[.]Example>` is `jane@evil.example`. */
export function canonicalMail(text: string): string | undefined {
  const address = withoutLink(refang(inBrackets(clean(text)).trim()))
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0)).toLowerCase()
  const domain = at === -1 ? undefined : hostName(address.slice(at + 1))
  return domain !== undefined && LOCAL_PART.test(local) ? `${local}@${domain}` : undefined
}

/** What stands between the last `<` and the `>` after it, if there are both. */
function inBrackets(text: string): string {
  const start = text.lastIndexOf('<')
  const end = text.indexOf('>', start)
  return start === -1 || end === -1 ? text : text.slice(start + 1, end)
}

/** Takes `mailto:` off, and the `?subject=…` of a link; without `mailto:` a local part may have a `?`. */
function withoutLink(text: string): string {
  const address = text.replace(/^mailto:/i, '')
  const query = address.indexOf('?', address.length < text.length ? 0 : Math.max(address.indexOf('@'), 0))
  return (query === -1 ? address : address.slice(0, query)).trim()
}
