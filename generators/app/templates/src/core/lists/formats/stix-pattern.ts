/** What a pattern looks for, as far as it can be looked up. */
export interface PatternValues {
  values: string[]
  /** Parts that cannot be looked up: with AND, FOLLOWEDBY, LIKE, MATCHES or NOT, or of other objects. */
  leftOut: number
}

/** A longer pattern, or one with more brackets in each other, is none that a list is made of. */
const MAX_LENGTH = 1_000_000
const MAX_DEPTH = 20

/** What can be looked up: addresses, names, URLs, mail addresses, hashes. */
const PATH = /^(?:(?:ipv4-addr|ipv6-addr|domain-name|url|email-addr):value|file:hashes\..+)$/
/** A bracket or comma; an object's path; a string, perhaps with its type before it; an operator, keyword or number. */
const TOKEN = /[[\](),]|[\w-]+:(?:'[^']*'|"[^"]*"|[\w.*-]|\[[\d*]+\])+|[tbh]?'(?:[^'\\]|\\[^])*'|[^\s[\](),']+/y
const SPACE = /\s*/y
const CLOSING = new Set([')', ']'])

const nothing = (): PatternValues => ({ values: [], leftOut: 1 })

/**
 * Reads a STIX pattern (STIX 2.1, section 9): `[path = 'value']` and `[path IN ('value', 'value')]`, joined by OR inside
 * the brackets and between them. Every other part is left out and counted; the rest of an OR is kept.
 */
export function readPattern(pattern: string): PatternValues {
  const tokens = pattern.length > MAX_LENGTH ? undefined : toTokens(pattern)
  if (!tokens) return nothing()
  const reader = { tokens, next: 0 }
  const found = readAlternatives(reader, 0)
  return found && reader.next === tokens.length ? found : nothing()
}

interface Reader {
  tokens: readonly string[]
  next: number
}

function toTokens(text: string): string[] | undefined {
  const tokens: string[] = []
  let end = 0
  while (end < text.length) {
    SPACE.lastIndex = end
    SPACE.exec(text)
    if (SPACE.lastIndex === text.length) break
    TOKEN.lastIndex = SPACE.lastIndex
    const token = TOKEN.exec(text)
    if (!token) return undefined
    tokens.push(token[0])
    end = TOKEN.lastIndex
  }
  return tokens
}

/** Parts joined by OR, up to a closing bracket or the end; `undefined`: this is no pattern. */
function readAlternatives(reader: Reader, depth: number): PatternValues | undefined {
  const all: PatternValues = { values: [], leftOut: 0 }
  do {
    const part = readPart(reader, depth)
    if (!part) return undefined
    for (const value of part.values) all.values.push(value)
    all.leftOut += part.leftOut
  } while (take(reader, 'OR'))
  return all
}

/** A comparison or what is in brackets. What follows it but for OR, such as AND, says that it is not enough by itself. */
function readPart(reader: Reader, depth: number): PatternValues | undefined {
  if (isEnd(reader)) return undefined
  let part = isOpening(reader) ? readGroup(reader, depth) : readComparison(reader)
  while (part && !isEnd(reader)) {
    if (isOpening(reader)) {
      if (!readGroup(reader, depth)) return undefined
    } else reader.next++
    part = nothing()
  }
  return part
}

function readGroup(reader: Reader, depth: number): PatternValues | undefined {
  if (depth === MAX_DEPTH) return undefined
  const closing = reader.tokens[reader.next++] === '[' ? ']' : ')'
  const group = readAlternatives(reader, depth + 1)
  return take(reader, closing) ? group : undefined
}

function readComparison(reader: Reader): PatternValues {
  const [path = '', operator, first] = reader.tokens.slice(reader.next, reader.next + 3)
  if (!PATH.test(path)) return nothing()
  if (operator === '=' || operator === '==') {
    const value = toValue(first)
    if (value === undefined) return nothing()
    reader.next += 3
    return { values: [value], leftOut: 0 }
  }
  if (operator !== 'IN' || first !== '(') return nothing()
  const values: string[] = []
  let next = reader.next + 3
  do {
    const value = toValue(reader.tokens[next++])
    if (value === undefined) return nothing()
    values.push(value)
  } while (reader.tokens[next++] === ',')
  if (reader.tokens[next - 1] !== ')') return nothing()
  reader.next = next
  return { values, leftOut: 0 }
}

function toValue(token: string | undefined): string | undefined {
  return token?.startsWith("'") ? token.slice(1, -1).replaceAll(/\\([^])/g, '$1') : undefined
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.next] !== token) return false
  reader.next++
  return true
}

function isOpening({ tokens, next }: Reader): boolean {
  return tokens[next] === '[' || tokens[next] === '('
}

function isEnd({ tokens, next }: Reader): boolean {
  const token = tokens[next]
  return token === undefined || token === 'OR' || CLOSING.has(token)
}
