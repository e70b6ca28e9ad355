import { readdir } from 'node:fs/promises'

/** The files beside this one, each of which runs a part of the tests. */
export const PARTS = ['first', 'second']

const folder = new URL('../', import.meta.url)
/** Where a part finds the files that were chosen. */
const CHOSEN = 'TEST_FILES'

/** The test files whose paths contain one of the words, or all of them; the parts run these. */
export async function choose(words: readonly string[]): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted()
  process.env[CHOSEN] = JSON.stringify(files)
  return files
}

/** Runs every so many-th of the files, so that each part has some of every folder. */
export async function runPart(name: string): Promise<void> {
  const files = JSON.parse(process.env[CHOSEN]!) as string[]
  const mine = files.filter((_file, index) => index % PARTS.length === PARTS.indexOf(name))
  for (const file of mine) await import(new URL(file, folder).href)
}
