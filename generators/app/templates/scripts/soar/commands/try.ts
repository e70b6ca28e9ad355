import { createReadStream } from 'node:fs'
import type { Source } from '../../../src/core/define.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { nearest } from '../../../src/core/settings/unknown.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import type { Store } from '../../../src/core/store/store.ts'
import { sampleArtifact } from '../../../test/core/sources/sample-artifact.ts'
import { SoarError } from '../answer.ts'
import { checkedArtifact } from '../checked-artifact.ts'
import { withStore } from '../ledger-store.ts'
import { withOpenLists } from '../opened-lists.ts'
import { table } from '../table.ts'
import type { Command, Task } from '../task.ts'
import { outcomeOf, showTrial } from '../try/show-trial.ts'
import { openTrials, switchedOn, type Trial, type TrialArtifact, type TrialParts } from '../try/trials.ts'

/** One look-up of a source with its real key, or one of each kind of all sources: a check of what tests cannot reach. */
export const tryOut: Command = {
  takes: ({ length }, { all, file }) => (all ? length === 0 : length === 3 || (length === 2 && file !== undefined)),

  async run(task) {
    // what it tells a public source is in the ledger, and what it costs counts, if the service has a database
    const config = loadConfig(task.env, [])
    const work = (store: Store) =>
      withOpenLists(config, (lists) =>
        task.flags.all ? tryAll(task, { store, lists }) : tryOne(task, { store, lists }),
      )
    if (config.MONGODB_URL !== undefined) return withStore(config, work)
    const store = createMemoryStore()
    await work(store).finally(() => store.close())
  },
}

async function tryOne(task: Task, parts: TrialParts): Promise<void> {
  const { operands, flags, env, give } = task
  const [id = '', type = '', value] = operands
  const source = sourceOf(id, await task.sources())
  const { artifact, file } = await checkedArtifact(type, value, flags)
  if (!source.types.some((one) => one === type)) {
    throw new SoarError(`${source.title} does not look ${type} up: it takes ${source.types.join(', ')}`)
  }
  const trials = await openTrials([source], parts, { ...task, env: switchedOn(env, source) })
  const trial = await trials.tryOut(source, {
    artifact,
    ...(file && { file: { ...file, open: () => createReadStream(file.path) } }),
  })
  give(trial, showTrial(trial))
  if (isFailure(trial)) throw new SoarError(`${source.title} could not be asked as it is to be`)
}

async function tryAll(task: Task, parts: TrialParts): Promise<void> {
  const { flags, tell, give } = task
  const sources = (await task.sources()).filter(({ types }) => types.length > 0)
  const trials = await openTrials(sources, parts, task)
  const all: Trial[] = []
  for (const source of sources) {
    for (const type of source.types) {
      if (!flags.json) tell(`${source.title}, ${type} …`)
      all.push(await trials.tryOut(source, sampleOf(type)))
    }
  }
  const rows = all.map((trial) => [trial.source, trial.type, outcomeOf(trial).split('\n')[0] ?? ''])
  give(all, table([['source', 'type', 'what came of it'], ...rows]))
  const failed = all.filter(isFailure).length
  if (failed > 0) throw new SoarError(`${failed} of ${all.length} look-ups failed`)
}

function sourceOf(id: string, sources: readonly Source[]): Source {
  const source = sources.find((one) => one.id === id)
  if (source) return source
  const ids = sources.map((one) => one.id)
  const near = nearest(id, ids)
  throw new SoarError(`No source is called "${id}"${near ? `: did you mean ${near}?` : `. Known: ${ids.join(', ')}.`}`)
}

function sampleOf(type: Source['types'][number]): TrialArtifact {
  if (type !== 'file.content') return { artifact: sampleArtifact(type) }
  const { name, content, ...facts } = sampleArtifact(type).value
  return { artifact: { type, value: name }, file: { ...facts, open: content } }
}

function isFailure(trial: Trial): boolean {
  return 'came' in trial && !('hits' in trial.came)
}
