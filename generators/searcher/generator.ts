import { join } from 'node:path'
import type { BaseOptions } from 'yeoman-generator'
import BaseGenerator from '../base-generator.ts'
import { OptionError, check } from '../option-error.ts'
import { calledAs } from '../called-as.ts'
import { checkUse, declareOptions, optionsOf, searcherOptions } from '../options.ts'
import { generatorFolder, packageVersion } from '../package-root.ts'
import { type SearcherRecord, type ServiceRecord, findService } from '../service-record.ts'
import { BLANK, askedInTurn } from '../source-list.ts'
import { ask, canAsk } from '../terminal.ts'
import { applyPlan } from '../upgrade/apply.ts'
import { refuseObstacles, refuseOtherVersion } from '../upgrade/checks.ts'
import { readText } from '../upgrade/disk.ts'
import { statusOf } from '../upgrade/plan.ts'
import { APP_RECORD, readRecord, recordedNames } from '../upgrade/record.ts'
import { NOTHING_WRITTEN, conflictLines, plannedLines } from '../upgrade/summary.ts'
import { writeSafely } from '../upgrade/write-safely.ts'
import { type Addition, planAddition } from './addition.ts'
import { isDistinct, isFree, recordedSearcher } from './existing-searcher.ts'
import { type SearcherPlan, type SearcherWish, needsTypes, planSearcher } from './plan.ts'
import { presentSources } from './present-sources.ts'
import { nameQuestion, reachQuestion, sourcesQuestion, typesQuestion } from './prompts.ts'
import { withAsked } from './searcher-files.ts'
import { isSet, settingsOf } from './settings.ts'
import { skeletonPath } from './skeleton.ts'

/** The generator's name in Yeoman. */
export const SEARCHER_NAMESPACE = 'resilient-cts:searcher'

interface SearcherOptions {
  name?: string
  types?: string
  source?: string
  reach?: string
  yes?: boolean
  force?: boolean
  dryRun?: boolean
}

/** Adds a searcher and its sources to a service, or sources to a searcher. */
export default class SearcherGenerator extends BaseGenerator {
  #wish: SearcherWish | undefined
  #root = ''
  #record: ServiceRecord | undefined
  #plan: SearcherPlan | undefined
  #addition: Addition | undefined

  constructor(args: string[], options: BaseOptions) {
    super(args, options)
    this.sourceRoot(`${generatorFolder('searcher')}/templates`)
    this.description = 'Adds a searcher to a custom threat service'
    this.argument('name', { type: String, required: false, description: 'Name of the searcher, such as ip' })
    declareOptions(this, searcherOptions)
    // `true` has Yeoman install nothing and say nothing of it
    this.setFeatures({ customInstallTask: true })
  }

  /** Checks what is given before anything runs, so that a mistake ends with its sentence alone. */
  _beforeQueue(): void {
    checkUse(this, searcherOptions, 'name')
    const service = findService(this.env.cwd)
    if (!service) {
      throw new OptionError(
        `"${this.env.cwd}" is in no service of this generator. Change to a service's folder, or make one with "resilient-cts my-cts".`,
      )
    }
    this.#record = service.record
    this.#root = service.root

    const { name, types, source: sources, reach } = this.#options
    this.#wish = name === undefined ? undefined : { name, types, sources, reach }
    if (this.#wish && !this.#asksTypes(this.#wish)) this.#plan = this.#makePlan(this.#wish)
    else if (!canAsk(this.env.adapter, this.#options)) this.#plan = this.#makePlan(this.#namedWish())
    const recorded = readRecord(this.#root, APP_RECORD)?.version
    refuseOtherVersion({ recorded, version: packageVersion, upgrade: calledAs('app', this.#root) })
  }

  async prompting(): Promise<void> {
    if (!canAsk(this.env.adapter, this.#options)) return
    const wish = { ...this.#wish, ...(this.#wish ? {} : await ask(this, [nameQuestion()])) } as SearcherWish
    if (this.#asksTypes(wish)) wish.types = String((await ask(this, [typesQuestion()]))['types'])
    let plan = this.#makePlan(wish)
    if (plan.isNew && wish.sources === undefined) {
      wish.sources = String(
        (await ask(this, [sourcesQuestion(plan.name, plan.types, [...presentSources(this.#root).keys()])]))['sources'],
      )
      plan = this.#makePlan(wish)
    }
    if (plan.added.includes(BLANK) && wish.reach === undefined && plan.isNew) {
      Object.assign(wish, await ask(this, [reachQuestion(plan)]))
    }
    this.#plan = this.#makePlan(wish)
  }

  writing(): void {
    const { force = false, dryRun } = this.#options
    this.#addition = planAddition(this.#root, this.#plan!, { force })
    if (dryRun) return
    const { plan, env } = this.#addition
    refuseObstacles(plan)
    // before the record, which says that all of the searcher is there
    if (env !== undefined) writeSafely(join(this.#root, '.env'), env)
    applyPlan(plan, this.#root)
  }

  end(): void {
    for (const line of ['', ...this.#whatIsAsked(), ...this.#outcome()]) this.log(line)
    process.exitCode = statusOf(this.#addition!.plan)
  }

  /** What the searcher asks, as far as its code says so. */
  #whatIsAsked(): string[] {
    const { asked } = this.#addition!
    if (!asked) return []
    const { sources, types } = asked
    return [
      `Searcher ${this.#plan!.name} asks ${sources.join(', ')} about ${types.join(', ')}.`,
      ...askedInTurn(sources),
    ]
  }

  /** What was done, and what to do next. */
  #outcome(): string[] {
    const { name, added, reach } = this.#plan!
    const { plan, env, byHand } = this.#addition!
    if (this.#options.dryRun) return [...plannedLines(plan), ...conflictLines(plan), ...byHand, NOTHING_WRITTEN]
    const written = plan.steps.flatMap(({ writes }) => writes.map(({ path }) => path))
    if (written.length === 0 && env === undefined) return [...byHand, 'It was there already: nothing has changed.']
    const present = env ?? readText(this.#root, '.env') ?? ''
    const readyMade = recordedNames(this.#root, 'sources')
    const asked = withAsked(added).filter((id) => readyMade.includes(id))
    const settings = settingsOf(asked).filter(({ optional, name }) => !optional && !isSet(present, name))
    const skeleton = added.includes(BLANK) ? skeletonPath(name) : ''
    const where = reach === 'own' ? 'in your own network' : 'that is public'
    return [
      ...conflictLines(plan),
      ...byHand,
      ...(settings.length > 0 ? [`Fill in .env: ${settings.map((setting) => setting.name).join(', ')}.`] : []),
      ...(written.includes(skeleton)
        ? [
            `${skeleton} is a skeleton of an API ${where}, and is not asked before you have filled it in.`,
            'Next: fill it in; README.md, "Write a source in ten minutes", goes through it. Then npm run searchers.',
          ]
        : ['Next: npm test']),
    ]
  }

  get #options(): SearcherOptions {
    return optionsOf(this) as SearcherOptions
  }

  #asksTypes(wish: SearcherWish): boolean {
    return needsTypes(wish) && !this.#recordedSearcher(wish.name)
  }

  #recordedSearcher(name: string): SearcherRecord | undefined {
    return recordedSearcher(this.#root, this.#record, name)
  }

  #namedWish(): SearcherWish {
    if (!this.#wish) throw new OptionError('No searcher is named. Name one, such as "resilient-cts searcher ip".')
    return this.#wish
  }

  #makePlan(wish: SearcherWish): SearcherPlan {
    const recorded = this.#recordedSearcher(wish.name)
    const plan = planSearcher(wish, recorded, presentSources(this.#root))
    check(isDistinct(this.#root, plan.name))
    if (!this.#options.force) check(isFree(this.#root, plan, recorded))
    return plan
  }
}
