import { BLANK } from '../sources.ts'
import type { SearcherPlan } from './plan.ts'

/** As wide as prettier lets a line be in the emitted service. */
const PRINT_WIDTH = 120

/** A ready-made searcher's code under the planned name, for the planned types. */
export function adaptSearcher(code: string, plan: SearcherPlan): string {
  const typed = replaceOnce(code, /^( *)artifactTypes: \[[^\]]*\],$/gm, (_line, indent) =>
    artifactTypesLine(indent, plan.types),
  )
  return takeName(typed, plan, (name) => `name: '${name}'`)
}

/** A ready-made searcher's test, of the searcher under the planned name. */
export function adaptTest(code: string, plan: SearcherPlan): string {
  return takeName(code, plan, (name) => `'../../src/searchers/${name}.ts'`)
}

/** A source's MSW handlers. They are the source's, not the searcher's, but for the blank one. */
export function adaptMock(code: string, plan: SearcherPlan): string {
  return plan.source.id === BLANK ? renameBlank(code, plan.name) : code
}

/** The name of the file in `test/mocks` without its ending: one file a source, and one a blank searcher. */
export function mockName(plan: SearcherPlan): string {
  return plan.source.id === BLANK ? plan.name : plan.source.id
}

/**
 * Puts a searcher's name in the place of the word "blank": `BLANK_…` in settings, `Blank…` and `blank…` in
 * identifiers, `Blank` in titles, `blank` elsewhere.
 */
export function renameBlank(text: string, name: string): string {
  return text.replaceAll(/\bBLANK(?=_|\b)|Blank(?![a-z])|\bblank(?=[A-Z])|\bblank\b/g, (word, offset: number) => {
    if (word === 'BLANK') return settingPrefix(name)
    const beginsIdentifier = /[A-Z]/.test(text.charAt(offset + word.length))
    if (word === 'Blank') return words(name).join(beginsIdentifier ? '' : ' ')
    return beginsIdentifier ? camelCase(name) : name
  })
}

/** The blank source is renamed throughout; of another one only the place that `at` tells says the searcher's name. */
function takeName(code: string, plan: SearcherPlan, at: (name: string) => string): string {
  const { id } = plan.source
  const pattern = new RegExp(at(id).replaceAll(/[.]/g, '\\.'), 'g')
  const named = replaceOnce(code, pattern, () => at(id === BLANK ? BLANK : plan.name))
  return id === BLANK ? renameBlank(named, plan.name) : named
}

/** What a source's settings begin with, as the emitted service makes it of the source's id. */
function settingPrefix(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}

/** The words of a name, each with a capital. */
function words(name: string): string[] {
  return name.split(/[-_]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1))
}

/** A name as the beginning of an identifier, which may not be a digit. */
function camelCase(name: string): string {
  const pascal = words(name).join('')
  return /^\d/.test(pascal) ? `searcher${pascal}` : pascal.charAt(0).toLowerCase() + pascal.slice(1)
}

function artifactTypesLine(indent: string, types: readonly string[]): string {
  const quoted = types.map((type) => `'${type}'`)
  const line = `${indent}artifactTypes: [${quoted.join(', ')}],`
  if (line.length <= PRINT_WIDTH) return line
  return [`${indent}artifactTypes: [`, ...quoted.map((type) => `${indent}  ${type},`), `${indent}],`].join('\n')
}

/** Replaces what must be there exactly once, so that a template that lost its shape is noticed and not emitted. */
function replaceOnce(code: string, pattern: RegExp, replacement: (match: string, group: string) => string): string {
  const found = code.match(pattern)?.length ?? 0
  if (found !== 1)
    throw new Error(`A searcher's template must hold ${pattern.source} once, but holds it ${found} times.`)
  return code.replace(pattern, replacement)
}
