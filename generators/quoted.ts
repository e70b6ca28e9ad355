/** A path as a shell takes it, to be copied. */
export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`
}
