import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appPart, filesOf, searcherPart, sourcePart } from '../emitted-parts.ts'
import { INDEX, madeFiles, newExample, searcherIndex } from '../made-files.ts'
import { packageVersion } from '../package-root.ts'
import { withAsked } from '../searcher/searcher-files.ts'
import { skeletonFiles } from '../searcher/skeleton.ts'
import { withAnswers } from '../service-record.ts'
import { BLANK } from '../source-list.ts'
import type { Plan } from '../upgrade/plan.ts'
import { prepareUpgrade, renewedPart } from '../upgrade/prepare.ts'
import { ANSWERS } from '../upgrade/record.ts'
import type { Service } from './service.ts'
import { ENV_EXAMPLE } from './template-files.ts'

/** What only the example says. */
const COPY_ADVICE = /^# Copy this file .*\n/m

/**
 * Plans the making of a service. What is in the folder already is taken for unedited.
 *
 * @throws Refusal if there is a folder where the service has a file
 */
export function planService(root: string, service: Service): Plan {
  const { searchers } = service
  const ids = withAsked(searchers.flatMap(({ sources }) => sources))
  const parts = [appPart(service), ...searchers.map(searcherPart), ...ids.map(sourcePart)]
  const skeletons = searchers.filter(({ sources }) => sources.includes(BLANK)).flatMap(skeletonFiles)
  const example = newExample(service, ids)
  const made = madeFiles({
    ...Object.fromEntries(filesOf(skeletons)),
    [INDEX]: searcherIndex(
      root,
      searchers.map(({ name }) => name),
    ),
    [ENV_EXAMPLE]: example,
    '.env': existsSync(join(root, '.env')) ? undefined : example.replace(COPY_ADVICE, ''),
    [ANSWERS]: withAnswers(root, service),
  })
  return prepareUpgrade({
    root,
    version: packageVersion,
    parts: parts.map((part) => renewedPart(root, part, { force: true })),
    made,
  })
}
