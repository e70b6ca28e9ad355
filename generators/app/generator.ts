import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BaseOptions } from 'yeoman-generator'
import BaseGenerator from '../base-generator.ts'
import { calledAs } from '../called-as.ts'
import { OptionError, check } from '../option-error.ts'
import { appOptions, checkUse, declareOptions, optionsOf } from '../options.ts'
import { generatorFolder } from '../package-root.ts'
import { ask, canAsk } from '../terminal.ts'
import { applyPlan } from '../upgrade/apply.ts'
import { refuseObstacles } from '../upgrade/checks.ts'
import { type Plan, statusOf } from '../upgrade/plan.ts'
import { NOTHING_WRITTEN, conflictLines, plannedLines } from '../upgrade/summary.ts'
import {
  type Destination,
  type DestinationWish,
  destinationFor,
  isApart,
  isFreeFor,
  isPlaceNamed,
  isUsable,
  isWritable,
} from './destination.ts'
import { startRepository } from './git.ts'
import { planService } from './make-service.ts'
import { closeMaking, install, isMakingOpen, openMaking } from './making.ts'
import { nextSteps, writtenLines } from './next-steps.ts'
import { missingQuestions } from './prompts.ts'
import { type UpgradeOptions, type UpgradeWish, planWished, runUpgrade } from './run-upgrade.ts'
import {
  type Answers,
  type Service,
  answersAfter,
  checkAnswers,
  completeService,
  knownService,
  nameFromTitle,
} from './service.ts'

/** The generator's name in Yeoman. */
export const APP_NAMESPACE = 'resilient-cts:app'

interface AppOptions extends UpgradeOptions {
  directory?: string
  name?: string
  description?: string
  searchers?: string
  sources?: string
  uploadFiles?: boolean
  demo?: boolean
  yes?: boolean
  skipGit?: boolean
  skipInstall?: boolean
  force?: boolean
  verbose?: boolean
}

/** Makes a custom threat service, or brings one up to date. */
export default class AppGenerator extends BaseGenerator {
  readonly #calledFrom = this.env.cwd
  #destination: Destination | undefined
  /** To be brought up to date. */
  #upgrade: UpgradeWish | undefined
  /** To be made. */
  #service: Service | undefined
  /** What that follows from. */
  #answers: Answers = {}
  /** Whether the making was begun by a run that was interrupted. */
  #isBegun = false
  #plan: Plan | undefined
  #status = 0

  constructor(args: string[], options: BaseOptions) {
    super(args, options)
    this.sourceRoot(`${generatorFolder('app')}/templates`)
    this.description = 'Makes a custom threat service for IBM Security SOAR'
    this.argument('directory', { type: String, required: false, description: 'Where the service shall be' })
    declareOptions(this, appOptions)
    // `true` has Yeoman install nothing and say nothing of it
    this.setFeatures({ customInstallTask: true })
  }

  /** Checks what is given before anything runs, so that a mistake ends with its sentence alone. */
  _beforeQueue(): void {
    checkUse(this, appOptions, 'directory')
    if (this.#options.demo && this.#options.skipInstall) {
      throw new OptionError('--demo needs the dependencies that --skip-install leaves out. Leave out one of the two.')
    }
    const given = this.#given()
    const asks = canAsk(this.env.adapter, this.#options)
    if (!asks || isPlaceNamed(this.#wish(given), this.#calledFrom)) this.#settleDestination(given)
    this.#checkUpgradeOptions()
    const { record, begun } = this.#destination ?? {}
    if (asks && !record && !begun) checkAnswers(given)
    else this.#settle(given)
  }

  async prompting(): Promise<void> {
    if (this.#upgrade || this.#service) return
    const given = this.#given()
    const isFree = (name: string) => isFreeFor(this.#wish({ name }), this.#calledFrom, this.#options)
    const answers = Object.entries(await ask(this, missingQuestions(given, this.#options.directory, isFree)))
    // ticking none is no answer
    const listed = answers.map(([name, answer]) => [
      name,
      Array.isArray(answer) ? answer.join(',') || undefined : answer,
    ])
    this.#settle({ ...given, ...Object.fromEntries(listed) })
  }

  async writing(): Promise<void> {
    if (this.#upgrade) {
      this.#status = await runUpgrade(this.#plan!, this.#upgrade, {
        say: (line) => this.log(line),
        print: (text) => process.stdout.write(text),
        ...(canAsk(this.env.adapter, this.#options) ? { confirm: () => this.#confirm() } : {}),
      })
      return
    }
    const { folder } = this.#destination!
    const { dryRun, force = false } = this.#options
    this.#plan = planService(folder, this.#service!, { answers: this.#answers, force })
    if (dryRun) return
    refuseObstacles(this.#plan)
    openMaking(folder)
    applyPlan(this.#plan, folder)
    this.#status = statusOf(this.#plan)
    const written = this.#plan.steps.flatMap(({ writes }) => writes.map(({ path }) => path))
    for (const line of [...writtenLines(written, this.#options), ...conflictLines(this.#plan)]) this.log(line)
  }

  async install(): Promise<void> {
    const { skipInstall, dryRun } = this.#options
    if (skipInstall || dryRun || !this.#isMade) return
    const { folder } = this.#destination!
    this.log('Installing its dependencies with npm install …')
    await install((command, args) => this.spawn(command, args, { cwd: folder, stdio: 'inherit' }))
  }

  async end(): Promise<void> {
    if (this.#isMade) await this.#finish(this.#plan!)
    else if (this.#options.demo) this.log('No demo: the service was there already. In it, "npm run demo" shows one.')
    process.exitCode = this.#status
  }

  /** Whether a service is made by this run, or its making was cut off once its files were written. */
  get #isMade(): boolean {
    if (!this.#upgrade) return true
    const { check: checks, diff } = this.#upgrade.options
    return !checks && !diff && isMakingOpen(this.#upgrade.root)
  }

  async #finish(plan: Plan): Promise<void> {
    const { demo, dryRun, skipGit } = this.#options
    const { folder } = this.#destination!
    const { name, searchers } = this.#service ?? this.#upgrade!.service
    if (dryRun) return this.#upgrade ? undefined : this.#showPlan(plan)
    const complaint = skipGit ? undefined : await startRepository(folder, name, { begun: this.#isBegun })
    closeMaking(folder)
    if (demo) await this.#runDemo(folder)
    const outcome = {
      name,
      folder,
      cwd: this.#calledFrom,
      searchers,
      installed: existsSync(join(folder, 'node_modules')),
      env: existsSync(join(folder, '.env')) ? readFileSync(join(folder, '.env'), 'utf8') : '',
      searcherCommand: calledAs('searcher', folder),
    }
    for (const line of [...nextSteps(outcome), ...(complaint ? [complaint] : [])]) this.log(line)
  }

  #showPlan(plan: Plan): void {
    for (const line of [...plannedLines(plan), ...conflictLines(plan), NOTHING_WRITTEN]) this.log(line)
  }

  get #options(): AppOptions {
    return optionsOf(this) as AppOptions
  }

  #given(): Answers {
    const { name, description, searchers, sources, uploadFiles } = this.#options
    return { name: name && nameFromTitle(name.trim()), description, searchers, sources, uploadFiles }
  }

  #wish({ name }: Answers): DestinationWish {
    return { directory: this.#options.directory, name }
  }

  #settleDestination(answers: Answers): Destination {
    this.#destination = destinationFor(this.#wish(answers), this.#calledFrom)
    const { force, dryRun, check: checks, diff } = this.#options
    if (!force) {
      check(isUsable(this.#destination))
      check(isApart(this.#destination))
    }
    if (!dryRun && !checks && !diff) check(isWritable(this.#destination.folder))
    return this.#destination
  }

  /** Settles what is done where: a service that is there is brought up to date, never made anew. */
  #settle(answers: Answers): void {
    const { folder, record, begun } = this.#settleDestination(answers)
    this.#isBegun = isMakingOpen(folder)
    if (!record) {
      this.#answers = begun ? answersAfter(begun, answers) : answers
      this.#service = completeService(this.#answers, folder)
      return
    }
    this.#upgrade = { root: folder, service: knownService(answers, record), options: this.#upgradeOptions() }
    this.#plan = planWished(this.#upgrade)
  }

  #checkUpgradeOptions(): void {
    const { json, check: checks, edits, diff } = this.#options
    if (json && !checks) throw new OptionError('--json is of --check. Add --check, or leave it out.')
    if (checks && diff) throw new OptionError('--check and --diff are two questions. Ask one at a time.')
    if (edits && !diff) throw new OptionError('--edits is of --diff. Add --diff, or leave it out.')
    if (this.#destination?.record) return
    const option = (['check', 'diff', 'base'] as const).find((name) => this.#options[name])
    if (!option) return
    const folder = this.#destination?.folder ?? this.#calledFrom
    throw new OptionError(`--${option} is for a service, and "${folder}" holds none of this generator. Run it in one.`)
  }

  #upgradeOptions(): UpgradeOptions {
    const { base, ...options } = this.#options
    return base === undefined ? options : { ...options, base: resolve(this.#calledFrom, base) }
  }

  /** Asks whether to bring a service up to date. */
  async #confirm(): Promise<boolean> {
    const question = { type: 'confirm' as const, name: 'goOn', message: 'Bring it up to date', default: true }
    return Boolean((await ask(this, [question]))['goOn'])
  }

  async #runDemo(folder: string): Promise<void> {
    try {
      await this.spawn('npm', ['run', 'demo'], { cwd: folder, stdio: 'inherit' })
    } catch (cause) {
      throw new Error(`The service is in ${folder}, but its demo has failed: see above.`, { cause })
    }
  }
}
