import { clean } from './clean.ts'

/** The canonical form of a hash of so many hexadecimal digits, or `undefined`. */
export function canonicalHash(text: string, digits: number): string | undefined {
  const hash = clean(text).toLowerCase()
  return hash.length === digits && /^[\da-f]+$/.test(hash) ? hash : undefined
}

/** The canonical form of a MAC address, whatever parts its digits, or `undefined`. */
export function canonicalMac(text: string): string | undefined {
  const digits = clean(text).replace(/[\s:.-]/g, '')
  return canonicalHash(digits, 12)?.replace(/..(?=.)/g, '$&:')
}
