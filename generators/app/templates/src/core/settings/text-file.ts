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
