import Generator, { type BaseOptions } from 'yeoman-generator'
import { withSettings } from '../app/templates/scripts/env-file.ts'
import { OptionError, check } from '../option-error.ts'
import { checkUse, declareOptions, optionsOf, searcherOptions } from '../options.ts'
import { type Changes, aboutEdited, settleChanges, writeOurs } from '../owners-files.ts'
import { generatorFolder } from '../package-root.ts'
import { type ServiceRecord, findService } from '../service-record.ts'
import { BLANK } from '../sources.ts'
import { canAsk } from '../terminal.ts'
import { hasSearcher, isDistinct, isFree } from './existing-searcher.ts'
import { type SearcherPlan, type SearcherWish, needsTypes, planSearcher, recordOf } from './plan.ts'
import { nameQuestion, sourceQuestion, typesQuestion } from './prompts.ts'
import { linesToAdd, namesInFolder, updateIndex } from './searcher-index.ts'
import { searcherFiles } from './searcher-files.ts'
import { settingsOf } from './settings.ts'

/** The generator's name in Yeoman. */
export const SEARCHER_NAMESPACE = 'resilient-cts:searcher'

interface SearcherOptions {
  name?: string
  types?: string
  source?: string
  yes?: boolean
  force?: boolean
  dryRun?: boolean
  /** Given by the app generator, which has checked it and keeps the record itself. */
  plan?: SearcherPlan
}

/** Adds a searcher, its test and its source's MSW handlers to a service. */
export default class SearcherGenerator extends Generator {
  #wish: SearcherWish | undefined
  #record: ServiceRecord | undefined
  #plan: SearcherPlan | undefined
  #changes: Changes | undefined

  constructor(args: string[], options: BaseOptions) {
    super(args, options)
    this.sourceRoot(`${generatorFolder('searcher')}/templates`)
    this.description = 'Adds a searcher to a custom threat service'
    this.argument('name', { type: String, required: false, description: 'Name of the searcher, such as ip' })
    declareOptions(this, searcherOptions)
  }

  /** Checks what is given before anything runs, so that a mistake ends with its sentence alone. */
  _beforeQueue(): void {
    this.#plan = this.#options.plan
    if (this.#plan) return
    checkUse(this, searcherOptions, 'name')
    const service = findService(this.env.cwd)
    if (!service) {
      throw new OptionError(
        `"${this.env.cwd}" is in no service of this generator. Change to a service's folder, or make one with "resilient-cts my-cts".`,
      )
    }
    this.#record = service.record
    this.destinationRoot(service.root)
    this.setFeatures({ customInstallTask: true })

    const { name, types, source } = this.#options
    this.#wish = name === undefined ? undefined : { name, types, source }
    if (this.#wish && (types !== undefined || !this.#asksTypes(this.#wish))) this.#plan = this.#makePlan(this.#wish)
    else if (!canAsk(this.env.adapter, this.#options)) this.#plan = this.#makePlan(this.#namedWish())
  }

  async prompting(): Promise<void> {
    if (this.#options.plan || !canAsk(this.env.adapter, this.#options)) return
    const wish = { ...this.#options, ...(this.#wish ?? (await this.prompt(nameQuestion()))) } as SearcherWish
    if (this.#asksTypes(wish)) wish.types = String((await this.prompt(typesQuestion()))['types'])
    const plan = this.#makePlan(wish)
    if (wish.source === undefined && !this.#record!.searchers[wish.name]) {
      wish.source = String((await this.prompt(sourceQuestion(plan.name, plan.types)))['source'])
    }
    this.#plan = this.#makePlan(wish)
  }

  writing(): void {
    const plan = this.#plan!
    const isNew = !hasSearcher(this.destinationRoot(), plan.name)
    // an upgrade leaves a skeleton alone that was begun before: its files are its owner's
    if (isNew || plan.source.id !== BLANK || !this.#options.plan) {
      for (const { path, text } of Object.values(searcherFiles(plan))) this.writeDestination(path, text)
    }
    if (!updateIndex(this)) {
      this.log(`src/searchers/index.ts is kept by hand. See that it has these lines:\n${linesToAdd(plan.name)}`)
    }
    this.#addSettings(plan, isNew || this.#options.force ? ['.env.example', '.env'] : ['.env.example'])
    if (!this.#options.plan) this.#keepRecord(plan)
  }

  conflicts(): void {
    if (!this.#options.plan) this.#changes = settleChanges(this, this.#options)
  }

  end(): void {
    if (!this.#changes) return
    const { name, source, types } = this.#plan!
    const { created, changed } = this.#changes
    const required = settingsOf(this.#plan!).filter((setting) => !setting.optional)
    const settings = required.map((setting) => setting.name).join(', ') || 'all have defaults'
    const isSkeleton = source.id === BLANK && created.includes(`src/searchers/${name}.ts`)
    const asks = source.id === BLANK ? (isSkeleton ? 'is a skeleton' : 'is') : `asks ${source.id}`
    this.log(`\nSearcher ${name} ${asks} for ${types.join(', ')}.`)
    for (const line of aboutEdited(this.#changes)) this.log(line)
    if (this.#options.dryRun) return void this.log('Nothing was written: this was a dry run.')
    if (created.length + changed.length === 0) return void this.log('It was there already: nothing has changed.')
    this.log(`What it says is in src/searchers/${name}.ts; its settings in .env: ${settings}.`)
    this.log(
      source.id === BLANK
        ? `Next: fill in the three places in that file; README.md, "Write a searcher in ten minutes", goes through them.`
        : 'Next: npm test',
    )
  }

  get #options(): SearcherOptions {
    return optionsOf(this) as SearcherOptions
  }

  #asksTypes({ name, types }: SearcherWish): boolean {
    return types === undefined && needsTypes(name) && !this.#record!.searchers[name]
  }

  #namedWish(): SearcherWish {
    if (!this.#wish) throw new OptionError('No searcher is named. Name one, such as "resilient-cts searcher ip".')
    return this.#wish
  }

  #makePlan(wish: SearcherWish): SearcherPlan {
    const plan = planSearcher(wish, this.#record!.searchers[wish.name])
    check(isDistinct(this.destinationRoot(), plan.name))
    if (!this.#options.force) check(isFree(this.destinationRoot(), plan))
    return plan
  }

  /** The example tells of every setting; in `.env`, what the owner takes out stays out. */
  #addSettings(plan: SearcherPlan, files: readonly string[]): void {
    for (const file of files) {
      const path = this.destinationPath(file)
      if (this.fs.exists(path)) writeOurs(this, file, withSettings(this.fs.read(path)!, settingsOf(plan)))
    }
  }

  #keepRecord(plan: SearcherPlan): void {
    const present = namesInFolder(this)
    const others = Object.entries(this.#record!.searchers).filter(([name]) => present.includes(name))
    this.config.set('searchers', { ...Object.fromEntries(others), [plan.name]: recordOf(plan) })
  }
}
