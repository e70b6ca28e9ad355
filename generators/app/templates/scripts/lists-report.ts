import type { ListStatus } from '../src/core/lists/list.ts'

/** What was found of a folder of lists. */
export interface Inspected {
  lists: ListStatus[]
  /** What is wrong with the folder, with `lists.json`, or with a list that must not be. */
  problems: readonly string[]
}

/**
 * Lists as a table, with each bad line and each problem below it.
 * @param isRead whether the service reads the folder: whether `CTS_LISTS` is set.
 */
export function listsReport(
  folder: string,
  { lists, problems: found }: Inspected,
  isRead = true,
): { text: string; isFine: boolean } {
  const unread = `CTS_LISTS is not set, so the service does not read this folder: put CTS_LISTS=${folder} into .env`
  const problems = isRead || lists.length === 0 ? found : [unread, ...found]
  const ofLists = lists.flatMap(({ list, problem }) => (problem === undefined ? [] : [`list ${list} ${problem}`]))
  const notes = [
    ...new Set([...problems, ...ofLists]),
    ...lists.flatMap(({ list, badLines, badLineCount }) => [
      ...badLines.map(({ line, text }) => `${list}:${line}: nothing that can be looked up: ${JSON.stringify(text)}`),
      ...(badLineCount > badLines.length ? [`${list}: and ${badLineCount - badLines.length} more bad lines`] : []),
    ]),
  ]
  const about =
    lists.length === 0 ? `There are no lists in ${folder}: its README.md says what goes there` : table(lists)
  const isFine = problems.length === 0 && lists.every(({ state }) => state !== 'broken')
  return { text: [about, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n'), isFine }
}

function table(lists: readonly ListStatus[]): string {
  const head = ['use', 'list', 'entries', 'left out', 'bad lines', 'age', 'state']
  const rows = lists.map(({ use, list, entries, leftOut, badLineCount, ageSecs, state }) => {
    return [use, list, String(entries), String(leftOut), String(badLineCount), ageText(ageSecs), state]
  })
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line).join('\n')
}

function ageText(secs: number | undefined): string {
  if (secs === undefined) return ''
  if (secs < 5400) return `${Math.round(secs / 60)} min`
  return secs < 172_800 ? `${Math.round(secs / 3600)} h` : `${Math.round(secs / 86_400)} d`
}
