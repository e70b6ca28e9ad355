import { clean } from './clean.ts'

/** Any dash, blank or underscore; the minus sign is no dash to Unicode. */
const DASH = String.raw`[\p{Pd}\u2212\s_]{1,3}`

const NUMBER = String.raw`(\d{4})${DASH}(\d{4,19})`

const ID = new RegExp(String.raw`(?<![\p{L}\p{N}])CVE${DASH}${NUMBER}(?!\d)`, 'giu')
const NUMBER_ALONE = new RegExp(`^${NUMBER}$`, 'gu')

/** The one CVE id that a text holds, in the form of https://www.cve.org, or `undefined` if it holds none or several. */
export function canonicalCve(text: string): string | undefined {
  const cleaned = clean(text)
  const ids = new Set(
    [...cleaned.matchAll(ID), ...cleaned.matchAll(NUMBER_ALONE)].map(([, year, number]) => `CVE-${year}-${number}`),
  )
  const [id] = ids
  return ids.size === 1 ? id : undefined
}
