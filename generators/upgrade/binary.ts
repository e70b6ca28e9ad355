/** What holds bytes and no text, to which no line is added and from which none is taken; also one that lies beside. */
const BINARY = /\.png(?:\.new)?$/

/** Whether a file is one that cannot be merged. */
export function isBinary(path: string): boolean {
  return BINARY.test(path)
}

/**
 * The text by which a file is compared and recorded: its own or, of a binary file, its bytes in base64.
 *
 * @returns `undefined` if it is to be text, and is not in UTF-8
 */
export function textOf(path: string, bytes: Buffer): string | undefined {
  if (isBinary(path)) return bytes.toString('base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The bytes of a file, by its text. */
export function bytesOf(path: string, text: string): Buffer {
  return Buffer.from(text, isBinary(path) ? 'base64' : 'utf8')
}
