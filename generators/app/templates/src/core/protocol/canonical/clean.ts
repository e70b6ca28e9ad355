/** Characters that nobody sees: soft hyphens, zero-width ones, marks of direction, byte order marks. */
const UNSEEN = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

const PAIRS = new Map([
  ['<', '>'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
])

const DEFANGED = /[[\](){}\\]/
const DEFANGED_DOT = /\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}|\[\.|\.\]|\\\./gi
const DEFANGED_AT = /\[(?:@|at)\]|\(at\)/gi

/** Drops the characters that nobody sees. */
export function dropUnseen(text: string): string {
  return text.replace(UNSEEN, '')
}

/** Takes off what copying adds to a value: unseen characters, blanks at its ends, one pair of quotes or of `<>`. */
export function clean(text: string): string {
  const seen = dropUnseen(text).trim()
  const quoted = seen.length > 1 && PAIRS.get(seen.charAt(0)) === seen.at(-1)
  return quoted ? seen.slice(1, -1).trim() : seen
}

/** Undoes what keeps a name, address or mail address from being clicked: `evil[.]example`, `jane(at)evil{dot}example`. */
export function refang(text: string): string {
  if (!DEFANGED.test(text)) return text
  return text.replace(DEFANGED_DOT, '.').replaceAll('[:]', ':').replaceAll('[/]', '/').replace(DEFANGED_AT, '@')
}
