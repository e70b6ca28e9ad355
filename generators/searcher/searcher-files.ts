import type { EmittedFile } from '../emitted-file.ts'
import { BLANK, findSource } from '../source-list.ts'
import type { SearcherPlan } from './plan.ts'
import { skeletonFiles, skeletonId, skeletonIdentifier } from './skeleton.ts'
import { readyMadeFiles } from './source-files.ts'

/** As wide as prettier lets a line be in the emitted service. */
const PRINT_WIDTH = 120

/** The files of a searcher that are its own: its code and its test. */
export function searcherFiles(plan: SearcherPlan): EmittedFile[] {
  return [
    { path: searcherPath(plan.name), text: searcherCode(plan) },
    { path: `test/searchers/${plan.name}.test.ts`, text: searcherTest(plan.name) },
  ]
}

/** Where a service has a searcher. */
export function searcherPath(name: string): string {
  return `src/searchers/${name}.ts`
}

/** The files of a source of a searcher. */
export function sourceFiles(plan: SearcherPlan, id: string): EmittedFile[] {
  return id === BLANK ? skeletonFiles(plan) : readyMadeFiles(id)
}

/** The ids of these sources, and of those that their code asks, each once. */
export function withAsked(ids: readonly string[]): string[] {
  const asked = ids.flatMap((id) => findSource(id)?.asks ?? [])
  return asked.length === 0 ? [...new Set(ids)] : [...new Set([...ids, ...withAsked(asked)])]
}

/** What tells how a searcher's file calls its sources. */
export type Naming = Pick<SearcherPlan, 'name' | 'identifiers'>

/** What a searcher's file calls a source. */
export function identifierIn({ name, identifiers }: Naming, id: string): string {
  return id === BLANK ? skeletonIdentifier(name) : (identifiers[id] ?? id)
}

/** The line with which a searcher's file imports a source. */
export function importLine(searcher: Naming, id: string): string {
  const file = id === BLANK ? skeletonId(searcher.name) : id
  return `import { ${identifierIn(searcher, id)} } from '../sources/${file}.ts'`
}

/** A list among a searcher's properties, as prettier would have it. */
export function listLines(property: string, entries: readonly string[]): string {
  const line = `  ${property}: [${entries.join(', ')}],`
  if (line.length <= PRINT_WIDTH) return line
  return [`  ${property}: [`, ...entries.map((entry) => `    ${entry},`), '  ],'].join('\n')
}

function searcherCode(plan: SearcherPlan): string {
  const { name, types, sources } = plan
  return `import { defineSearcher } from '../core/define.ts'
${sources.map((id) => importLine(plan, id)).join('\n')}

export const searcher = defineSearcher({
  name: '${name}',
${listLines(
  'artifactTypes',
  types.map((type) => `'${type}'`),
)}
${listLines(
  'sources',
  sources.map((id) => identifierIn(plan, id)),
)}
})
`
}

function searcherTest(name: string): string {
  return `import { describe } from 'node:test'
import { searcher } from '../../src/searchers/${name}.ts'
import { describeDispatch } from '../core/searchers/dispatch-cases.ts'

describe(\`searcher "\${searcher.name}"\`, () => {
  describeDispatch(searcher)
})
`
}
