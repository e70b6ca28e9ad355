import { dropUnseen } from '../protocol/canonical/clean.ts'

/** How often a part of a URL is decoded: redirects and tracking links put one URL into another, and that into a third. */
const ROUNDS = 3

/** A part of a URL as it is, and as it is after each round of percent-decoding, all in the form of `comparable`. */
export function decodings(text: string): string[] {
  const found = [comparable(text)]
  let current = text
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = decoded(current)
    if (next === current) break
    found.push(comparable(next))
    current = next
  }
  return found
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return decodedInParts(text)
  }
}

/** Escapes that are none stay as they are. What is no UTF-8 is taken for Latin-1, as old pages encode. */
function decodedInParts(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex')
    const utf8 = bytes.toString()
    return utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8
  })
}

/** Lower case; beyond ASCII also with what UTS 46 does to a name, so that a name in the text compares. */
function comparable(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text.toLowerCase()
  return dropUnseen(text).normalize('NFKC').toLowerCase().replaceAll('\u3002', '.')
}
