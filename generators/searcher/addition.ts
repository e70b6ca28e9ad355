import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { searcherPart, sourcePart } from '../emitted-parts.ts'
import type { EmittedFile } from '../emitted-file.ts'
import { ENV_EXAMPLE } from '../app/template-files.ts'
import { INDEX, grownExample, linesForIndex, madeFiles, searcherIndex, withSourceSettings } from '../made-files.ts'
import { packageVersion } from '../package-root.ts'
import { BLANK, findSource } from '../source-list.ts'
import { readText } from '../upgrade/disk.ts'
import type { Plan } from '../upgrade/plan.ts'
import { prepareUpgrade, recordedPart, renewedPart } from '../upgrade/prepare.ts'
import { sourceRecord } from '../upgrade/record.ts'
import { withLf } from '../upgrade/texts.ts'
import { askedIn, linesToAdd, withSources } from './add-sources.ts'
import type { SearcherPlan } from './plan.ts'
import { searcherPath, sourceFiles, withAsked } from './searcher-files.ts'
import { skeletonFiles } from './skeleton.ts'

/** What adding a searcher, or sources to one, does to a service. */
export interface Addition {
  plan: Plan
  /** The text of `.env` afterwards, which no plan has; `undefined` where it stays as it is. */
  env: string | undefined
  /** What the searcher then asks about what; `undefined` where its code does not say so in plain lists. */
  asked: { sources: string[]; types: string[] } | undefined
  /** What is left to do by hand. */
  byHand: string[]
}

/**
 * Plans a searcher with those of its sources that the service has not yet, and their settings. A searcher that is there
 * gets the added sources into its list and stays as its owner has it otherwise, unless it is forced.
 *
 * @throws Refusal if the service cannot be read
 */
export function planAddition(root: string, searcher: SearcherPlan, { force = false } = {}): Addition {
  const { name, sources, added, isNew } = searcher
  // a source of the service's own has its file already
  const wanted = withAsked(force ? sources : added).filter((id) => id === BLANK || findSource(id))
  const missing = wanted.filter((id) => force || isMissing(root, sourceFiles(searcher, id)[0]!, sourceRecord(id)))
  const part = searcherPart(searcher)
  const listed = { searcher, ids: added }
  const made = madeFiles({
    ...(missing.includes(BLANK)
      ? // the code last, which says that they all are there
        Object.fromEntries(
          skeletonFiles(searcher)
            .map(({ path, text }) => [path, text] as const)
            .toReversed(),
        )
      : {}),
    [ENV_EXAMPLE]: grownExample(root, { ids: missing }),
    [INDEX]: searcherIndex(root, [name]),
  })
  const plan = prepareUpgrade({
    root,
    version: packageVersion,
    parts: [
      ...missing.map((id) => renewedPart(root, sourcePart(id), { force })),
      // its record says that its sources are there
      isNew || force ? renewedPart(root, part, { force }) : recordedPart(root, part),
    ],
    made,
    run: { command: 'searcher', searcher: name, source: sources.join(','), types: searcher.types.join(',') },
    // the list alone is ours to add to, whatever is around it
    merge: ({ ours }) => ({ text: withSources(ours, listed) ?? ours, conflicts: [] }),
  })
  const path = searcherPath(name)
  const code = withLf(readText(root, path) ?? '')
  const isListed = isNew || force || added.length === 0 || withSources(code, listed) !== undefined
  const planned = plan.steps.flatMap(({ writes }) => writes).find((write) => write.path === path)?.text ?? code
  const byHand = [
    ...(isListed ? [] : [`${path} is not as it was made. See that it has these lines:\n${linesToAdd(listed)}`]),
    ...(made.has(INDEX) ? [] : [`${INDEX} is kept by hand. See that it has these lines:\n${linesForIndex(name)}`]),
  ]
  return { plan, env: grownEnv(root, missing), asked: askedIn(withLf(planned)), byHand }
}

/** Whether a source is not there, or has no record yet, since the run that brought it was interrupted. */
function isMissing(root: string, { path, text }: EmittedFile, record: string): boolean {
  const found = readText(root, path)
  return found === undefined || (withLf(found) === text && !existsSync(join(root, record)))
}

/** What its owner has taken out of `.env` stays out: only sources that come with this run put their settings in. */
function grownEnv(root: string, ids: readonly string[]): string | undefined {
  const text = readText(root, '.env')
  const grown = text === undefined ? undefined : ids.reduce((grown, id) => withSourceSettings(grown, [id]), text)
  return grown === text ? undefined : grown
}
