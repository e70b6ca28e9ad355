/** What is ours, by the settings of the service under test. */
export const OWN = 'contoso.com, bücher.de, 198.51.100.0/24, 2001:db8:5::/48'

/** A hash that is known to be harmless. */
export const GOOD_HASH = 'c0ffee'.repeat(10).slice(0, 32)
export const GOOD = `.microsoft.com, ${GOOD_HASH}`

/** What no request to a public source may hold: every artifact that must be kept in, or cut, has one of these. */
const SECRET = new RegExp(
  [
    'contoso',
    'bücher',
    'bcher-kva',
    'secretuser',
    'secret-fragment',
    'innermost',
    'merger',
    'hunter2',
    'malformed-value',
    'payroll',
    'nas-\\d+\\.local',
    'login\\.microsoft',
    GOOD_HASH,
    '\\b10\\.20\\.\\d+\\.\\d+',
    '192\\.168\\.\\d+\\.\\d+',
    '198\\.51\\.100\\.\\d+',
    '\\d+\\.20\\.10\\.in-addr',
    'fd00:[\\da-f:]*',
    '2001:db8:5:[\\da-f:]*',
  ].join('|'),
  'i',
)

/** A secret that a text holds: plain, percent-encoded any number of times, in base64 or base64url. */
export function secretIn(text: string): string | undefined {
  for (const form of formsOf(text)) {
    const [found] = SECRET.exec(form) ?? []
    if (found !== undefined) return found
  }
  return undefined
}

function formsOf(text: string): string[] {
  const plain = [text]
  for (let last = text, next = decoded(last); next !== last; last = next, next = decoded(last)) plain.push(next)
  return plain.flatMap((form) => [form, form.normalize('NFKC'), ...inBase64(form)])
}

/** Percent escapes undone as far as they are any, those of UTF-8 first. */
function decoded(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString())
}

/** What runs of the signs of base64 may stand for, wherever in them it begins. */
function inBase64(text: string): string[] {
  const runs = text.match(/[\w+/-]{12,}/g) ?? []
  return runs.flatMap((run) => [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString()))
}
