import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appPart, givenSettings, searcherPart, sourcePart } from '../emitted-parts.ts'
import { INDEX, grownExample, madeFiles, searcherIndex } from '../made-files.ts'
import { modulesIn } from '../modules.ts'
import { packageVersion } from '../package-root.ts'
import { searcherPath, withAsked } from '../searcher/searcher-files.ts'
import { sourcePaths } from '../searcher/source-files.ts'
import { withAnswers } from '../service-record.ts'
import { sources } from '../source-list.ts'
import { partsFromFolder } from '../upgrade/base-folder.ts'
import { refuseDowngrade } from '../upgrade/checks.ts'
import type { Part, Plan } from '../upgrade/plan.ts'
import { importsOf } from '../upgrade/imports.ts'
import { prepareUpgrade, recordedPart } from '../upgrade/prepare.ts'
import { ANSWERS, APP_RECORD, allRecords, recordedNames, sourceRecord } from '../upgrade/record.ts'
import type { Files } from '../upgrade/texts.ts'
import type { Service } from './service.ts'
import { ENV_EXAMPLE } from './template-files.ts'

/** How an upgrade is planned. */
export interface Planning {
  /** A folder with a service that is freshly made by the old version, to be taken for the records. */
  base?: string | undefined
  /** Whether nothing is to be written. */
  dry?: boolean
}

/**
 * Plans the upgrade of a service.
 *
 * @throws Refusal if it cannot be done as things are
 */
export function planUpgradeOf(root: string, service: Service, { base, dry = false }: Planning = {}): Plan {
  for (const { version } of allRecords(root)) refuseDowngrade({ from: version, to: packageVersion })
  const parts = partsOf(root, service, base)
  return prepareUpgrade({
    root,
    version: packageVersion,
    parts,
    made: made(root, service, givenSettings(parts)),
    unrecorded: unrecordedIn(root, service),
    dry,
  })
}

/** What a service has of ours, with what was emitted of it last. */
export function partsOf(root: string, service: Service, base?: string): Part[] {
  const ids = withAsked(sourcesOf(root))
  const emitted = [appPart(service), ...service.searchers.map(searcherPart), ...ids.map(sourcePart)]
  if (base === undefined) {
    const needed = new Set(ids.filter((id) => isDropped(id) && isImported(root, id)).map(sourceRecord))
    return emitted.map((part) => ({ ...recordedPart(root, part), isNeeded: needed.has(part.record) }))
  }
  return partsFromFolder(base, { root, version: packageVersion, emitted })
}

/** The ready-made sources of a service; where there are no records, those that are there. */
function sourcesOf(root: string): string[] {
  if (existsSync(join(root, APP_RECORD))) return recordedNames(root, 'sources')
  return sources.map(({ id }) => id).filter((id) => existsSync(join(root, sourcePaths(id)[0]!)))
}

function isDropped(id: string): boolean {
  return !sources.some((source) => source.id === id)
}

/** Whether a searcher or another source of a service imports a source. */
function isImported(root: string, id: string): boolean {
  const paths = ['src/searchers', 'src/sources'].flatMap((folder) =>
    modulesIn(root, folder).map((name) => `${folder}/${name}.ts`),
  )
  const imported = paths.flatMap((path) => importsOf(readFileSync(join(root, path), 'utf8'), path))
  return imported.some((path) => path.replace(/\.[jt]s$/, '') === `src/sources/${id}`)
}

/** Searchers, and sources of ours, that are there without a record. */
function unrecordedIn(root: string, { searchers }: Service): string[] {
  if (!existsSync(join(root, APP_RECORD))) return []
  const [knownSearchers, knownSources] = [searchers.map(({ name }) => name), recordedNames(root, 'sources')]
  return [
    ...modulesIn(root, 'src/searchers')
      .filter((name) => !knownSearchers.includes(name))
      .map(searcherPath),
    ...modulesIn(root, 'src/sources')
      .filter((id) => !knownSources.includes(id) && !isDropped(id))
      .map((id) => sourcePaths(id)[0]!),
  ]
}

function made(root: string, service: Service, given: ReadonlySet<string>): Files {
  const searchers = service.searchers.filter(({ name }) => existsSync(join(root, searcherPath(name))))
  return madeFiles({
    [INDEX]: searcherIndex(root),
    [ENV_EXAMPLE]: grownExample(root, { values: service, ids: searchers.flatMap((plan) => plan.sources), given }),
    [ANSWERS]: withAnswers(root, service),
  })
}
