import { cut } from '../details.ts'
import { BrokenList } from '../errors.ts'
import type { JsonObject } from './json.ts'

/** The largest JSON, which is in memory as a whole: in characters. */
const MAX_LENGTH = 64_000_000
/** Brackets in brackets; lists have a handful. */
const MAX_DEPTH = 100
/** Numbers and words; a list's have some ten characters. */
const MAX_WORD = 1000
/** Arrays and objects, which take far more memory than characters: a list's largest have 200 bytes of text each. */
const MAX_HOLDERS = 2_000_000

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
  /** The beginning of a token that is not complete yet, and where it starts in all texts. */
  #rest = ''
  #position = 0
  /** Of a string that is not complete yet: where in the next text its end may be, which is not a part of an escape. */
  #next: number | undefined
  /** The arrays and objects that are not closed yet. */
  readonly #open: (unknown[] | JsonObject)[] = []
  #last: '' | '[' | '{' | ',' | ':' | 'key' | 'value' = ''
  #key = ''
  #whole: unknown
  #holders = 0

  write(more: string): void {
    if (this.#next === undefined) return this.#read(this.#rest + more)
    // what has come of a string of megabytes is not looked through again with each text
    const end = this.#endOfString(more, this.#next)
    this.#rest += more.slice(0, end)
    if (end === undefined) return
    this.#accept(this.#rest, 0)
    this.#position += this.#rest.length
    this.#read(more.slice(end))
  }

  end(): unknown {
    // only then is a number at the end complete
    this.write('\n')
    if (this.#rest !== '' || this.#open.length > 0 || this.#last !== 'value') throw noJson('it ends too early')
    return this.#whole
  }

  #read(text: string): void {
    let start = startOfToken(text, 0)
    for (let end; (end = this.#endOfToken(text, start)) !== undefined; start = startOfToken(text, end))
      this.#accept(text.slice(start, end), start)
    this.#rest = text.slice(start)
    if (this.#next === undefined && this.#rest.length > MAX_WORD) throw this.#unexpected(this.#rest, start)
    this.#position += start
  }

  #accept(token: string, start: number): void {
    if (!this.#take(token)) throw this.#unexpected(token, start)
  }

  #unexpected(token: string, start: number): BrokenList {
    return noJson(`unexpected ${cut(token, 50)} at character ${this.#position + start + 1}`)
  }

  /** Where the token that starts here ends; `undefined`: more has to come to know it. */
  #endOfToken(text: string, start: number): number | undefined {
    this.#next = undefined
    if (text[start] === '"') return this.#endOfString(text, start + 1)
    if (PUNCTUATION.has(text[start]!)) return start + 1
    WORD.lastIndex = start
    WORD.exec(text)
    return WORD.lastIndex < text.length ? WORD.lastIndex : undefined
  }

  /** Where the string ends that is open here; `undefined`: more has to come. */
  #endOfString(text: string, from: number): number | undefined {
    let at = from
    for (; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
    this.#next = at < text.length ? undefined : at - text.length
    return at < text.length ? at + 1 : undefined
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
    if (++this.#holders > MAX_HOLDERS)
      throw new BrokenList(`has more than ${MAX_HOLDERS.toLocaleString('en')} arrays and objects: split it`)
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
