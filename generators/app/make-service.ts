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
import { ANSWERS, begunMaking } from '../upgrade/record.ts'
import { type Answers, type Service, makingOf } from './service.ts'
import { ENV_EXAMPLE } from './template-files.ts'

/** What only the example says. */
const COPY_ADVICE = /^# Copy this file .*\n/m

/** How a service is made. */
export interface Making {
  /** What it follows from, to be kept while it is made. */
  answers: Answers
  /** Whether what is in the folder already is taken for unedited, whatever it holds. */
  force?: boolean
}

/**
 * Plans the making of a service, or of what is missing where that was interrupted.
 *
 * @throws Refusal if the folder cannot be read
 */
export function planService(root: string, service: Service, { answers, force = false }: Making): Plan {
  const begun = begunMaking(root)?.files
  const isMissing = (path: string) => force || !existsSync(join(root, path))
  const { searchers } = service
  const ids = withAsked(searchers.flatMap(({ sources }) => sources))
  const parts = [appPart(service), ...searchers.map(searcherPart), ...ids.map(sourcePart)]
  const skeletons = searchers.filter(({ sources }) => sources.includes(BLANK)).flatMap(skeletonFiles)
  const example = newExample(service, ids)
  const made = madeFiles({
    ...Object.fromEntries([...filesOf(skeletons)].filter(([path]) => isMissing(path))),
    [INDEX]: searcherIndex(
      root,
      searchers.map(({ name }) => name),
    ),
    [ENV_EXAMPLE]: isMissing(ENV_EXAMPLE) ? example : undefined,
    '.env': existsSync(join(root, '.env')) ? undefined : example.replace(COPY_ADVICE, ''),
    [ANSWERS]: withAnswers(root, service),
  })
  return prepareUpgrade({
    root,
    version: packageVersion,
    parts: parts.map((part) => renewedPart(root, part, { force, begun })),
    made,
    run: makingOf(answers),
  })
}
