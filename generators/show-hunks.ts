import type { InputOutputAdapter } from '@yeoman/types'
import type Environment from 'yeoman-environment'
import { type Change, hunks } from './hunks.ts'

/** A choice of the question what to do with a file that differs. */
interface Action {
  key?: string
  value?: unknown
}

interface Difference {
  file: { conflicterChanges?: Change[] }
  adapter: InputOutputAdapter
}

/** Has the question about a file that differs show its hunks, where Yeoman would show the whole file. */
export function showHunks({ conflicterOptions }: Environment): void {
  const customizeActions = (actions: Action[]) =>
    actions.map((action) => (action.key === 'd' ? { ...action, value: show } : action))
  if (conflicterOptions) Object.assign(conflicterOptions, { customizeActions })
}

/** Shows a difference, and has the question asked again. */
function show({ file, adapter }: Difference): string {
  const lines = hunks(file.conflicterChanges ?? [])
  adapter.log.colored(lines.map((line) => ({ message: `${line}\n`, ...colorOf(line) })))
  return 'ask'
}

function colorOf(line: string) {
  if (line.startsWith('+')) return { color: 'added' as const }
  return line.startsWith('-') ? { color: 'removed' as const } : {}
}
