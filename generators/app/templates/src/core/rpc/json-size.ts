/** What a key, its quotes and a comma take, about. */
const ENTRY_SIZE = 12

/** How large a value's JSON is, about: in characters. Counts no further than `enough`. */
export function jsonSize(value: unknown, enough = Infinity): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let size = 0
  for (const one of Array.isArray(value) ? value : Object.values(value)) {
    size += ENTRY_SIZE + jsonSize(one, enough - size)
    if (size >= enough) break
  }
  return size
}
