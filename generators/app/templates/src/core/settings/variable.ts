import { readFileSync } from 'node:fs'

export type Environment = Record<string, string | undefined>

/** A variable's text, `undefined` when it is not set, or what is wrong with it. */
export type Variable = { text: string | undefined; problem?: never } | { text?: never; problem: string }

/**
 * Reads a setting's variable, or the file that `NAME_FILE` names. An empty variable counts as not set; an empty file is
 * a mistake: nobody mounts a secret to have none.
 */
export function readVariable(env: Environment, name: string): Variable {
  const fileName = `${name}_FILE`
  const [text, path] = [env[name] || undefined, env[fileName] || undefined]
  if (path !== undefined && text !== undefined) {
    return { problem: `${name} and ${fileName} are both set: set one of them` }
  }
  if (path !== undefined) return readSecret(fileName, path)
  if (text && text.length > 1 && /^(["'`])[^]*\1$/.test(text)) {
    return { problem: `${name} stands in quotes, which are a part of it here: leave them out` }
  }
  return { text }
}

function readSecret(fileName: string, path: string): Variable {
  const names = `${fileName} names the file "${path}", which`
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return { problem: `${names} cannot be read (${(error as NodeJS.ErrnoException).code})` }
  }
  const text = decodeText(bytes)?.replace(/\r?\n$/, '')
  if (text === undefined) return { problem: `${names} is not text in UTF-8` }
  return text.trim() === '' ? { problem: `${names} is empty` } : { text }
}

const BYTE_ORDER_MARKS: [bytes: string, encoding: string][] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
]

/** The text of a file that an editor or a shell wrote: UTF-8, or UTF-16 that says so. Gives `undefined` for others. */
export function decodeText(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex')
  const [, encoding = 'utf-8'] = BYTE_ORDER_MARKS.find(([known]) => known === mark) ?? []
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
