/** What a list says of an entry, besides that it is there. Times are milliseconds since 1970. */
export interface Details {
  description?: string
  /** From 0 to 100. */
  confidence?: number
  labels?: string[]
  /** The traffic light protocol's label, such as `TLP:AMBER`. */
  tlp?: string
  listedSince?: number
  /** The entry counts from then on. */
  validFrom?: number
  /** The entry counts until then. */
  validUntil?: number
}

/** No more of a description is shown: in characters. */
export const MAX_DESCRIPTION = 500
/** No more labels are shown. */
export const MAX_LABELS = 20
const MAX_LABEL = 100
/** How many times an entry may be valid apart from each other. */
const MAX_PERIODS = 4

/** Details as text for the index: JSON, but a description alone is as it is. `''`: there are none. */
export function toText({ description = '', labels = [], tlp, ...others }: Details): string {
  if (labels.length === 0 && tlp === undefined && Object.values(others).every((value) => value === undefined))
    return describedAs(description)
  const short = labels.slice(0, MAX_LABELS).map((label) => cut(label, MAX_LABEL))
  const said = cut(description, MAX_DESCRIPTION)
  return JSON.stringify([
    {
      ...others,
      ...(tlp !== undefined && { tlp: cut(tlp, MAX_LABEL) }),
      ...(said !== '' && { description: said }),
      ...(short.length > 0 && { labels: short }),
    },
  ])
}

/** A description as text for the index. */
export function describedAs(description: string): string {
  if (description === '') return ''
  const short = cut(description, MAX_DESCRIPTION)
  return short.startsWith('[{') ? JSON.stringify([{ description: short }]) : short
}

/** What text of the index says of an entry at a time; `undefined`: the entry does not count then. */
export function detailsAt(text: string, now: number): Details | undefined {
  return parse(text).find((one) => (one.validFrom ?? -Infinity) <= now && now < (one.validUntil ?? Infinity))
}

/**
 * What two entries of one value come to: the first, unless it does not always count. Times that touch become one, with
 * what is said by the one that ends later.
 */
export function merge(first: string, second: string): string {
  if (first === second || parse(first).some(isAlwaysValid)) return first
  const periods = [...parse(first), ...parse(second)].toSorted((a, b) => from(a) - from(b))
  const merged: Details[] = []
  for (const period of periods) {
    const last = merged.at(-1)
    if (last === undefined || until(last) < from(period)) merged.push(period)
    else merged[merged.length - 1] = joined(last, period)
  }
  return JSON.stringify(merged.slice(-MAX_PERIODS))
}

function joined(a: Details, b: Details): Details {
  const { validFrom: _, validUntil: __, ...said } = until(b) > until(a) ? b : a
  const [start, end] = [Math.min(from(a), from(b)), Math.max(until(a), until(b))]
  return {
    ...said,
    ...(start === -Infinity ? {} : { validFrom: start }),
    ...(end === Infinity ? {} : { validUntil: end }),
  }
}

function parse(text: string): Details[] {
  if (text === '') return [{}]
  return text.startsWith('[{') ? (JSON.parse(text) as Details[]) : [{ description: text }]
}

function isAlwaysValid({ validFrom, validUntil }: Details): boolean {
  return validFrom === undefined && validUntil === undefined
}

function from({ validFrom = -Infinity }: Details): number {
  return validFrom
}

function until({ validUntil = Infinity }: Details): number {
  return validUntil
}

/** Text of so many characters at most, without anything that is no text, or turns it around. */
export function cut(text: string, length: number): string {
  // a text may have megabytes, of which no more is looked at
  const plain = text
    .slice(0, 10 * length)
    .replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .trim()
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain
}
