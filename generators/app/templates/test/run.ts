// Runs every test of this folder, or of the files whose paths contain one of the words given. All in one process: a
// process for each file takes six times as long.
import { readdir } from 'node:fs/promises'
import { keepLoopbackDirect } from '../src/core/settings/proxy.ts'

keepLoopbackDirect(process.env)
const folder = new URL('./', import.meta.url)
const words = process.argv.slice(2)
const files = (await readdir(folder, { recursive: true }))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .toSorted()
if (files.length === 0) {
  const chosen = words.length > 0 ? ` with ${words.join(' or ')} in its path` : ''
  console.error(`There is no test: test/ has no file ….test.ts${chosen}`)
  process.exitCode = 1
}
for (const file of files) await import(new URL(file, folder).href)
