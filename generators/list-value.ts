/** The entries of a list that an option gives, separated by commas, each once. */
export function listValue(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  return [...new Set(entries.filter((entry) => entry !== ''))]
}
