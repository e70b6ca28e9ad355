import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

const WORDS = 'alpha bravo cargo delta eagle forge grape hotel index joker karma lemon'.split(' ')
const word = (n: number) => WORDS[n % WORDS.length]!

/** The value of a number, of each kind of entry. */
export const values = {
  domains: (i: number) => `${word(i)}-${i.toString(36)}.${word(i >> 4)}${i % 97}.example`,
  sha256: (i: number) => createHash('sha256').update(String(i)).digest('hex'),
  md5: (i: number) => createHash('md5').update(String(i)).digest('hex'),
  ipv4: (i: number) => `${1 + (i % 199)}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
  urls: (i: number) => `http://${word(i)}-${i.toString(36)}.example/${word(i >> 3)}/${word(i >> 7)}.php?id=${i}`,
  cidr: (i: number) => `${1 + (i % 199)}.${(i >> 12) & 255}.${(i >> 4) & 255}.${(i & 15) << 4}/${28 + (i % 5)}`,
}
export type Kind = keyof typeof values

/** The artifact type that each kind is looked up as. */
export const typeOf: Record<Kind, string> = {
  domains: 'net.name',
  sha256: 'hash.sha256',
  md5: 'hash.md5',
  ipv4: 'net.ip',
  urls: 'net.uri',
  cidr: 'net.ip',
}

/** Writes values into a file, one a line. */
export async function writeValues(
  path: string,
  kind: Kind,
  { from = 0, count }: { from?: number; count: number },
): Promise<void> {
  const file = createWriteStream(path)
  for (let i = from; i < from + count; i += 10_000) {
    let text = ''
    for (let j = i; j < Math.min(i + 10_000, from + count); j++) text += `${values[kind](j)}\n`
    if (!file.write(text)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
}
