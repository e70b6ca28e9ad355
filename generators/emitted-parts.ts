import { ENV_EXAMPLE, type TemplateValues, templateFiles } from './app/template-files.ts'
import type { EmittedFile } from './emitted-file.ts'
import { type SearcherPlan, recordOf } from './searcher/plan.ts'
import { searcherFiles } from './searcher/searcher-files.ts'
import { readyMadeFiles } from './searcher/source-files.ts'
import type { Emitted } from './upgrade/plan.ts'
import { APP_RECORD, searcherRecord, sourceRecord } from './upgrade/record.ts'
import type { Files } from './upgrade/texts.ts'

/** What every service has, but for what has no record, since it is made from what the service holds. */
export function appPart(values: TemplateValues): Emitted {
  return { record: APP_RECORD, fresh: filesOf(templateFiles(values).filter(({ path }) => path !== ENV_EXAMPLE)) }
}

/** A searcher. */
export function searcherPart(plan: SearcherPlan): Emitted {
  return { record: searcherRecord(plan.name), fresh: filesOf(searcherFiles(plan)), answers: { ...recordOf(plan) } }
}

/** A ready-made source; nothing of one that is no longer among the templates. */
export function sourcePart(id: string): Emitted {
  return { record: sourceRecord(id), fresh: filesOf(readyMadeFiles(id)) }
}

/** Files as a plan takes them. */
export function filesOf(files: readonly EmittedFile[]): Files {
  return new Map(files.map(({ path, text }) => [path, text]))
}
