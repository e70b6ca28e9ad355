import { ENV_EXAMPLE, type TemplateValues, exampleFile, templateFiles } from './app/template-files.ts'
import type { EmittedFile } from './emitted-file.ts'
import { type SearcherPlan, recordOf } from './searcher/plan.ts'
import { searcherFiles } from './searcher/searcher-files.ts'
import { readyMadeFiles } from './searcher/source-files.ts'
import { listValue } from './list-value.ts'
import { settingNames, settingsOf } from './searcher/settings.ts'
import type { Emitted, Part } from './upgrade/plan.ts'
import { APP_RECORD, searcherRecord, sourceRecord } from './upgrade/record.ts'
import type { Files } from './upgrade/texts.ts'

/** What every service has, but for what has no record, since it is made from what the service holds. */
export function appPart(values: TemplateValues): Emitted {
  return {
    record: APP_RECORD,
    fresh: filesOf(templateFiles(values).filter(({ path }) => path !== ENV_EXAMPLE)),
    answers: { [SETTINGS]: settingNames(exampleFile(values)).join(',') },
  }
}

/** A searcher. */
export function searcherPart(plan: SearcherPlan): Emitted {
  return { record: searcherRecord(plan.name), fresh: filesOf(searcherFiles(plan)), answers: { ...recordOf(plan) } }
}

/** A ready-made source; nothing of one that is no longer among the templates. */
export function sourcePart(id: string): Emitted {
  const names = settingsOf([id]).map(({ name }) => name)
  return { record: sourceRecord(id), fresh: filesOf(readyMadeFiles(id)), answers: { [SETTINGS]: names.join(',') } }
}

/** Where a record keeps which settings `.env.example` was given: what of these its owner takes out stays out. */
const SETTINGS = 'settings'

/** The settings that `.env.example` was given before. */
export function givenSettings(parts: readonly Part[]): Set<string> {
  return new Set(parts.flatMap(({ base }) => listValue(base?.answers?.[SETTINGS] ?? '')))
}

/** Files as a plan takes them. */
export function filesOf(files: readonly EmittedFile[]): Files {
  return new Map(files.map(({ path, text }) => [path, text]))
}
