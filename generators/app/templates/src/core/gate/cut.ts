import { decodings } from './decodings.ts'
import { addressesIn, mailDomainsIn, namesIn, urlHostsIn } from './found-in-text.ts'
import { hostMarks, isOwnName, networkMarks, type HostMark } from './host-marks.ts'
import type { OwnList } from './rules.ts'

/** A canonical URL without its query. */
export function withoutQuery(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * What speaks against sending a URL's query: in it a name of ours, a mail address of one, an address that is ours or
 * private, or a URL whose host is.
 */
export function queryMarks(query: string, own: readonly OwnList[]): Set<HostMark> {
  const marks = new Set<HostMark>()
  const isNamed = own.some(({ size }) => size > 0)
  const texts = decodings(query)
  for (const text of texts)
    for (const host of urlHostsIn(text)) for (const mark of hostMarks(host, own)) marks.add(mark)
  for (const text of [...texts, ...withoutEscapes(texts.at(-1) ?? '')]) {
    for (const address of addressesIn(text)) for (const mark of networkMarks(address, own)) marks.add(mark)
    const names = isNamed ? [...namesIn(text), ...mailDomainsIn(text)] : []
    if (names.some((name) => isOwnName(name, own))) marks.add('own')
  }
  return marks
}

/** What follows an escape that is left when all is decoded does not begin with it: `%2fcontoso.com`, `\ncontoso.com`. */
function withoutEscapes(text: string): string[] {
  const without = text.replace(/%[\da-f]{2}|\\(?:u[\da-f]{4}|x[\da-f]{2}|[bfnrt])/g, ' ')
  return without === text ? [] : [without]
}
