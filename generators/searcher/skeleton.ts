import type { ArtifactType } from '../artifact-types.ts'
import type { EmittedFile } from '../emitted-file.ts'
import { blankFiles } from './source-files.ts'

/** What a skeleton's files follow from. */
export interface Skeleton {
  /** Of the searcher that asks it. */
  name: string
  types: readonly ArtifactType[]
  /** Whether its API is in the owner's network, or public. */
  reach: 'own' | 'query'
}

/** The line of the skeleton that looks up its one type. */
const LOOK_UP = "    'net.ip': byValue,\n"

/** The files of a skeleton, under the name of its searcher. */
export function skeletonFiles({ name, types, reach }: Skeleton): EmittedFile[] {
  return blankFiles().map(({ path, text }) => ({
    path: rename(path, name),
    text: rename(text, name)
      .replace("reach: 'query'", `reach: '${reach}'`)
      .replace(LOOK_UP, types.map((type) => `    ${propertyOf(type)}: byValue,\n`).join('')),
  }))
}

/** The id of the source that a searcher's skeleton becomes, which is the name of its files too. */
export function skeletonId(searcher: string): string {
  return searcher.toLowerCase()
}

/** Where a service has a searcher's skeleton. */
export function skeletonPath(searcher: string): string {
  return `src/sources/${skeletonId(searcher)}.ts`
}

/** What the skeleton's file exports: `my-source` is `mySourceSource`. */
export function skeletonIdentifier(searcher: string): string {
  const pascal = wordsOf(searcher).join('')
  // nothing begins with a digit, and the skeleton calls `defineSource`
  if (/^(?:\d|Define$)/.test(pascal)) return `source${pascal}`
  return `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}Source`
}

/** Puts a searcher's name in the place of "blank": in the identifier, ids and the names of files, titles, and settings. */
function rename(text: string, searcher: string): string {
  const id = skeletonId(searcher)
  const names: Record<string, string> = {
    blankSource: skeletonIdentifier(searcher),
    blank: id,
    Blank: wordsOf(searcher).join(' '),
    BLANK: id.toUpperCase().replaceAll('-', '_'),
  }
  return text.replaceAll(/blankSource|blank|Blank|BLANK/g, (word) => names[word]!)
}

/** A type as prettier has it among properties. */
function propertyOf(type: ArtifactType): string {
  return /^\w+$/.test(type) ? type : `'${type}'`
}

/** The words of a name, each with a capital. */
function wordsOf(name: string): string[] {
  return name.split(/[-_]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1))
}
