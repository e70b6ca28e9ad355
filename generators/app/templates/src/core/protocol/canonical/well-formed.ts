/// <reference lib="es2024.string" />

/** More parts than a value of any type has; they would take long to look through. */
const MAX_PARTS = 100_000

/** What is wrong with the text that a value holds, anywhere within it, or `undefined`. */
export function textFault(value: unknown): string | undefined {
  const open = [value]
  for (let seen = 1; open.length > 0;) {
    const next = open.pop()
    if (typeof next === 'string' && !next.isWellFormed()) return 'holds text that is no well-formed Unicode'
    if (typeof next !== 'object' || next === null) continue
    const parts = Array.isArray(next) ? next : Object.entries(next).flat()
    seen += parts.length
    if (seen > MAX_PARTS) return 'has more parts than can be checked'
    for (const part of parts) open.push(part)
  }
  return undefined
}
