import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'

const MAX_NAME = 253

/** Anything but letters, digits, `-`, `_`, `.` and what is beyond ASCII. */
const NO_NAME = /[^\w.\-\u0080-\uffff]/

const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/

/** What the URL standard calls "ends in a number": a browser takes such a name for an IPv4 address. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/

/**
 * The canonical form of a host name: A-labels in lower case (UTS 46, non-transitional), no dot at its end. A strict
 * IPv4 address stays one. Gives `undefined` for what is neither.
 */
export function hostName(text: string): string | undefined {
  const bare = withoutTrailingDots(text)
  if (isIPv4(bare)) return bare
  if (bare.length > MAX_NAME || NO_NAME.test(bare)) return undefined
  const name = withoutTrailingDots(aLabels(bare))
  return name.length <= MAX_NAME && NAME.test(name) && !ENDS_IN_NUMBER.test(name) ? name : undefined
}

/**
 * `domainToASCII` makes a name of almost anything, so only names may reach it. A name in ASCII is only put into lower
 * case: Node 24 takes A-labels that stand for nothing, Node 22 does not.
 */
function aLabels(name: string): string {
  return /[\u0080-\uffff]/.test(name) ? domainToASCII(name) : name.toLowerCase()
}

function withoutTrailingDots(text: string): string {
  let end = text.length
  while (text[end - 1] === '.') end -= 1
  return text.slice(0, end)
}
