import { cut } from '../details.ts'
import { BrokenList } from '../errors.ts'
import type { JsonObject } from './json.ts'

/** The largest JSON, which is in memory as a whole: in characters. */
const MAX_LENGTH = 64_000_000
/** Brackets in brackets; lists have a handful. */
const MAX_DEPTH = 100

/**
 * Gives what `JSON.parse` does, but text by text: a large list takes seconds, in which others are to have their turns.
 * @throws {BrokenList} when it is too large, or no JSON.
 */
export async function parseJson(texts: AsyncIterable<string>): Promise<unknown> {
  const parser = new JsonParser()
  let length = 0
  for await (const text of texts) {
    length += text.length
    if (length > MAX_LENGTH) throw new BrokenList(`is larger than ${MAX_LENGTH / 1_000_000} MB`)
    parser.write(text)
  }
  return parser.end()
}

class JsonParser {
  /** The beginning of a token that is not complete yet, and what has come since. */
  #rest = ''
  #more = ''
  /** How far the rest is from the start: in characters. */
  #position = 0
  /** The arrays and objects that are not closed yet. */
  readonly #open: (unknown[] | JsonObject)[] = []
  #last: '' | '[' | '{' | ',' | ':' | 'key' | 'value' = ''
  #key = ''
  #whole: unknown

  write(text: string): void {
    this.#more += text
    // the beginning of a text of megabytes is not looked through again for each piece of it
    if (this.#more.length >= this.#rest.length) this.#read()
  }

  end(): unknown {
    // only then is a number at the end complete
    this.#more += '\n'
    this.#read()
    if (this.#rest !== '' || this.#open.length > 0 || this.#last !== 'value') throw noJson('it ends too early')
    return this.#whole
  }

  #read(): void {
    const text = this.#rest + this.#more
    let start = startOfToken(text, 0)
    for (let end; (end = endOfToken(text, start)) !== undefined; start = startOfToken(text, end)) {
      const token = text.slice(start, end)
      if (this.#take(token)) continue
      throw noJson(`unexpected ${cut(token, 50)} at character ${this.#position + start + 1}`)
    }
    this.#position += start
    this.#rest = text.slice(start)
    this.#more = ''
  }

  /** Whether the token may be here. */
  #take(token: string): boolean {
    const open = this.#open.at(-1)
    const last = this.#last
    if (token === ']' || token === '}') {
      const opening = token === ']' ? '[' : '{'
      if (!open || Array.isArray(open) !== (token === ']') || (last !== opening && last !== 'value')) return false
      this.#open.pop()
      this.#last = 'value'
    } else if (token === ',') {
      if (!open || last !== 'value') return false
      this.#last = ','
    } else if (token === ':') {
      if (last !== 'key') return false
      this.#last = ':'
    } else if (open && !Array.isArray(open) && last !== ':') {
      const key = last === '{' || last === ',' ? scalarOf(token) : undefined
      if (typeof key !== 'string') return false
      this.#key = key
      this.#last = 'key'
    } else {
      const value = last === 'value' ? undefined : valueOf(token)
      if (value === undefined) return false
      this.#add(value)
      this.#last = token === '[' || token === '{' ? token : 'value'
    }
    return true
  }

  #add(value: unknown): void {
    const open = this.#open.at(-1)
    if (!open) this.#whole = value
    else if (Array.isArray(open)) open.push(value)
    // no list has such a key, and to assign to it would do something else
    else if (this.#key !== '__proto__') open[this.#key] = value
    if (typeof value !== 'object' || value === null) return
    if (this.#open.push(value as unknown[] | JsonObject) > MAX_DEPTH)
      throw noJson(`it has more than ${MAX_DEPTH} brackets in each other`)
  }
}

const BLANKS = new Set([' ', '\t', '\n', '\r'])
const PUNCTUATION = new Set(['[', ']', '{', '}', ',', ':'])
/** A number or word, whether there is such a one or not. */
const WORD = /[^ \t\n\r"[\]{},:]*/y

function startOfToken(text: string, from: number): number {
  let at = from
  while (BLANKS.has(text[at]!)) at++
  return at
}

/** Where the token that starts here ends; `undefined`: more has to come to know it. */
function endOfToken(text: string, start: number): number | undefined {
  if (text[start] === '"') return endOfString(text, start)
  if (PUNCTUATION.has(text[start]!)) return start + 1
  WORD.lastIndex = start
  WORD.exec(text)
  return WORD.lastIndex < text.length ? WORD.lastIndex : undefined
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\') at++
  }
  return undefined
}

function valueOf(token: string): unknown {
  if (token === '[') return []
  return token === '{' ? {} : scalarOf(token)
}

/** A string, number, boolean or null; `undefined`: it is none. */
function scalarOf(token: string): unknown {
  try {
    return JSON.parse(token)
  } catch {
    return undefined
  }
}

function noJson(why: string): BrokenList {
  return new BrokenList(`is no JSON: ${why}`)
}
