/** What a key, its quotes and a comma take, about. */
const ENTRY_SIZE = 12

/** How large a value's JSON is, about: in characters. Counts hardly further than `enough`. */
export function jsonSize(value: unknown, enough = Infinity): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let size = 0
  for (const entry of Array.isArray(value) ? value : Object.values(value)) {
    size += ENTRY_SIZE + jsonSize(entry, enough - size)
    if (size >= enough) break
  }
  return size
}
