import { existsSync } from 'node:fs'
import Generator, { type BaseOptions } from 'yeoman-generator'
import { OptionError, check } from '../option-error.ts'
import { appOptions, checkUse, declareOptions, optionsOf } from '../options.ts'
import { type Changes, settleChanges, writeOurs } from '../owners-files.ts'
import { generatorFolder, packageRoot } from '../package-root.ts'
import SearcherGenerator, { SEARCHER_NAMESPACE } from '../searcher/generator.ts'
import { updateIndex } from '../searcher/searcher-index.ts'
import { withSettingsOf } from '../searcher/settings.ts'
import { canAsk } from '../terminal.ts'
import {
  type Destination,
  type DestinationWish,
  destinationFor,
  isFreeFor,
  isPlaceNamed,
  isUsable,
  makeFolder,
} from './destination.ts'
import { startRepository } from './git.ts'
import { npmInstall, useNpm } from './npm-install.ts'
import { nextSteps } from './next-steps.ts'
import { withOwnersPackage } from './package-json.ts'
import { missingQuestions } from './prompts.ts'
import { type Answers, type Service, checkAnswers, completeService, nameFromTitle, serviceRecord } from './service.ts'
import { templateFiles } from './template-files.ts'

/** The generator's name in Yeoman. */
export const APP_NAMESPACE = 'resilient-cts:app'

interface AppOptions {
  directory?: string
  name?: string
  description?: string
  searchers?: string
  uploadFiles?: boolean
  demo?: boolean
  yes?: boolean
  skipGit?: boolean
  skipInstall?: boolean
  force?: boolean
  dryRun?: boolean
}

/** Makes a custom threat service, or brings one up to date. */
export default class AppGenerator extends Generator {
  readonly #calledFrom = this.env.cwd
  #destination: Destination | undefined
  #service: Service | undefined
  #changes: Changes | undefined
  #removeFolder = () => {}

  constructor(args: string[], options: BaseOptions) {
    super(args, options)
    this.sourceRoot(`${generatorFolder('app')}/templates`)
    this.description = 'Makes a custom threat service for IBM Security SOAR'
    this.argument('directory', { type: String, required: false, description: 'Where the service shall be' })
    declareOptions(this, appOptions)
  }

  /** Checks what is given before anything runs, so that a mistake ends with its sentence alone. */
  _beforeQueue(): void {
    checkUse(this, appOptions, 'directory')
    if (this.#options.demo && this.#options.skipInstall) {
      throw new OptionError('--demo needs the dependencies that --skip-install leaves out. Leave out one of the two.')
    }
    const given = this.#given()
    if (!canAsk(this.env.adapter, this.#options)) this.#settle(given)
    else if (isPlaceNamed(this.#wish(given), this.#calledFrom))
      checkAnswers(given, this.#settleDestination(given).record)
    else checkAnswers(given)
  }

  async prompting(): Promise<void> {
    if (this.#service) return
    const given = this.#given()
    const isFree = (name: string) => isFreeFor(this.#wish({ name }), this.#calledFrom, this.#options)
    const questions = missingQuestions(given, this.#options.directory, this.#destination?.record, isFree)
    const { searchers = given.searchers, ...answers } = await this.prompt(questions)
    this.#settle({ ...given, ...answers, searchers: searchers === undefined ? undefined : String(searchers) })
  }

  async configuring(): Promise<void> {
    const { folder } = this.#destination!
    this.#removeFolder = makeFolder(folder)
    this.destinationRoot(folder)
    this.env.cwd = folder
    useNpm(this)
    this.config.set({ ...serviceRecord(this.#service!) })
    await this.#composeSearchers()
  }

  writing(): void {
    for (const { path, text } of templateFiles(this.#service!)) {
      if (path === '.env.example') this.#writeExample(text)
      else if (path === 'package.json') this.writeDestination(path, this.#withOwnersPackage(text))
      else this.writeDestination(path, text)
    }
    if (!existsSync(this.destinationPath('.env'))) this.writeDestination('.env', this.readDestination('.env.example')!)
    updateIndex(this)
  }

  conflicts(): void {
    this.#changes = settleChanges(this, this.#options)
    const { created, changed } = this.#changes
    const installs = !this.#options.dryRun && [...created, ...changed].includes('package.json')
    // `true` has Yeoman install nothing and say nothing of it
    this.setFeatures({ customInstallTask: installs ? npmInstall : true })
  }

  async end(): Promise<void> {
    const { demo, dryRun, skipGit } = this.#options
    const { folder, record } = this.#destination!
    const { name, searchers } = this.#service!
    if (dryRun) {
      this.#removeFolder()
      return void this.log('\nNothing was written: this was a dry run.')
    }
    const complaint = skipGit || record ? undefined : await startRepository(folder, name)
    if (demo) await this.#runDemo(folder)
    const installed = existsSync(this.destinationPath('node_modules'))
    const outcome = {
      name,
      folder,
      cwd: this.#calledFrom,
      searchers,
      changes: this.#changes!,
      installed,
      upgraded: record !== undefined,
      env: this.readDestination('.env', { defaults: '' })!,
    }
    for (const line of nextSteps(outcome)) this.log(line)
    if (complaint) this.log(complaint)
  }

  get #options(): AppOptions {
    return optionsOf(this) as AppOptions
  }

  #given(): Answers {
    const { name, description, searchers, uploadFiles } = this.#options
    return { name: name && nameFromTitle(name.trim()), description, searchers, uploadFiles }
  }

  #wish({ name }: Answers): DestinationWish {
    return { directory: this.#options.directory, name }
  }

  #settleDestination(answers: Answers): Destination {
    this.#destination = destinationFor(this.#wish(answers), this.#calledFrom)
    if (!this.#options.force) check(isUsable(this.#destination))
    return this.#destination
  }

  #settle(answers: Answers): void {
    this.#service = completeService(answers, this.#settleDestination(answers), this.#options.force === true)
  }

  /** The example grows with the settings of newer versions and of searchers; what its owner has put in stays. */
  #writeExample(text: string): void {
    const path = '.env.example'
    const grows = existsSync(this.destinationPath(path)) && !this.#options.force
    if (grows) writeOurs(this, path, withSettingsOf(this.readDestination(path)!, text))
    else this.writeDestination(path, text)
  }

  #withOwnersPackage(text: string): string {
    const theirs = this.#destination!.record && this.readDestination('package.json', { defaults: '{}' })
    return theirs ? withOwnersPackage(text, theirs) : text
  }

  async #runDemo(folder: string): Promise<void> {
    try {
      await this.spawn('npm', ['run', 'demo'], { cwd: folder, stdio: 'inherit' })
    } catch (cause) {
      throw new Error(`The service is in ${folder}, but its demo has failed: see above.`, { cause })
    }
  }

  async #composeSearchers(): Promise<void> {
    const meta = {
      namespace: SEARCHER_NAMESPACE,
      resolved: `${generatorFolder('searcher')}/index.js`,
      packagePath: packageRoot,
    }
    this.env.register(SearcherGenerator as never, meta)
    const { force } = this.#options
    for (const plan of this.#service!.searchers) {
      const generatorOptions: object = { plan, force }
      await this.composeWith(SEARCHER_NAMESPACE, { generatorArgs: [plan.name], generatorOptions })
    }
  }
}
