import * as v from 'valibot'
import service from '../../../package.json' with { type: 'json' }
import {
  ConfigError,
  flag,
  optionalSetting,
  plainText,
  setting,
  wholeNumber,
  type Setting,
  type Settings,
} from '../setting.ts'
import { sourcesOf } from '../search/dispatch.ts'
import type { Searcher } from '../search/searcher.ts'
import {
  lookUpSettings,
  settingPrefix,
  sourceSettings,
  toLookUpSettings,
  toSourceSettings,
  type LookUpSettings,
  type SourceSettings,
} from '../client/source-settings.ts'
import { parseGood, parseOwn, type Parsed } from '../gate/entries.ts'
import type { Rules } from '../gate/rules.ts'
import { proxyWarning } from './proxy.ts'
import { unknownSettings } from './unknown.ts'
import { readVariable, type Environment } from './variable.ts'

/** What the names of the service's own settings begin with, but for those that have a name of everybody's. */
const PREFIXES = ['CTS_', 'OPS_', 'ALERT_', 'MONGO']

/** Entries of a list, checked one by one. */
function entries<List>(parse: (text: string) => Parsed<List>) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, List>(({ dataset, addIssue, NEVER }) => {
      const parsed = parse(dataset.value)
      if (!parsed.mistakes) return parsed.list
      addIssue({ message: `has mistakes: ${parsed.mistakes.join(' ')}` })
      return NEVER
    }),
  )
}

const port = (min: number) => wholeNumber(min, 65_535)
const secs = (max = 31_536_000) => wholeNumber(1, max)
const basePath = v.pipe(
  v.string(),
  v.regex(/^\/[\w.~/-]*$/, 'must be a path that begins with "/", such as "/cts"'),
  v.transform((path) => path.replace(/\/+$/, '')),
)
const mongoUrl = v.pipe(
  plainText(),
  v.regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must begin with mongodb:// or mongodb+srv://, and have no space'),
  v.regex(/^[^@]*(@[^@]*)?$/, 'must have every "@" in its user and password as %40'),
)
const mongoName = v.pipe(v.string(), v.regex(/^[^/\\. "$*<>:|?]{1,63}$/, 'must be the name of a MongoDB database'))
const smtpUrl = v.pipe(plainText(), v.regex(/^smtps?:\/\/\S+$/, 'must begin with smtp:// or smtps://'))
const mailAddresses = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern, 'must be a mail address'))
const hostNames = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  ),
  v.everyItem((name) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name), 'must be host names such as ops.example.com'),
)
const logLevel = v.picklist(
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
  'must be one of trace, debug, info, warn, error, fatal, silent',
)

/** Every setting of the service but those of its searchers and sources. */
export const settings = {
  PORT: setting(port(0), { default: '8080', description: 'where SOAR finds the service' }),
  HOST: setting(plainText(), {
    default: '0.0.0.0',
    description: 'the address that it listens on; with `npm run dev`, 127.0.0.1',
  }),
  CTS_BASE_PATH: setting(basePath, { default: '/', description: 'the root of the endpoints' }),
  CTS_USER: optionalSetting(v.pipe(plainText(), v.regex(/^[^:]*$/, 'must not hold a colon')), {
    description: 'user of the basic authentication; with `CTS_PASSWORD` or not at all',
  }),
  CTS_PASSWORD: optionalSetting(plainText(), { description: 'its password', secret: true }),
  CTS_TLS_CERT: optionalSetting(plainText(), {
    description: 'path of a PEM file with the certificate: HTTPS without a proxy',
  }),
  CTS_TLS_KEY: optionalSetting(plainText(), {
    description: 'path of a PEM file with its key; SIGHUP has both files read again',
  }),
  CTS_TRUST_PROXY: setting(flag(), {
    default: 'false',
    description:
      "whether to believe a proxy's `X-Forwarded-For`: the log then has the client's address, not the proxy's",
  }),
  MONGODB_URL: optionalSetting(mongoUrl, {
    description: 'where MongoDB is; without it, searches are kept in memory and lost with the process',
    secret: true,
  }),
  MONGODB_DB: setting(mongoName, { default: service.name.replace(/[^\w-]/g, '_'), description: 'the database in it' }),
  CTS_RETRY_SECS: setting(secs(3600), { default: '5', description: 'sent as `retry_secs`: when SOAR is to ask again' }),
  CTS_RESULT_TTL_SECS: optionalSetting(secs(), {
    description: 'how long what was found stays fresh, unless `<SOURCE>_TTL_SECS` says otherwise',
  }),
  CTS_FAILURE_TTL_SECS: setting(secs(), {
    default: '60',
    description: 'after this, a `POST` of an artifact asks again where it failed, and nowhere else',
  }),
  CTS_REMEMBER_DAYS: setting(wholeNumber(1, 365), {
    default: '7',
    description: 'how long a result is remembered: after that, its artifact counts as new again',
  }),
  CTS_SEARCH_TIMEOUT_SECS: setting(secs(86_400), {
    default: '120',
    description: 'how long a look-up may take from its beginning',
  }),
  CTS_MAX_WAIT_SECS: setting(secs(2_592_000), {
    default: '3600',
    description: 'how long a search may wait for its sources; what was not asked by then is a failure',
  }),
  CTS_OWN: optionalSetting(entries(parseOwn), {
    description: 'your own domains, addresses and CIDRs, which no public source sees; joined by commas or lines',
    secret: true,
  }),
  CTS_KNOWN_GOOD: optionalSetting(entries(parseGood), {
    description: 'what is known to be harmless, so that no public source is asked of it: as above, hashes and URLs too',
    secret: true,
  }),
  CTS_URL_QUERIES: setting(v.picklist(['send', 'cut', 'keep'], 'must be send, cut or keep'), {
    default: 'send',
    description: 'what becomes of `?…` towards public sources: it is sent, cut, or the URL is kept in',
  }),
  CTS_LISTS: optionalSetting(plainText(), {
    description: 'the folder of local lists of what is yours, harmless and bad: see `lists/README.md`',
  }),
  CTS_LISTS_RELOAD_SECS: setting(secs(86_400), {
    default: '30',
    description: 'how often that folder is looked at for changes; SIGHUP has it looked at now',
  }),
  CTS_LISTS_MAX_ENTRIES: setting(wholeNumber(1, 100_000_000), {
    default: '2000000',
    description: 'how many entries all lists may have together; the list that passes it is broken',
  }),
  CTS_EGRESS: setting(v.picklist(['keyed', 'clear', 'off'], 'must be keyed, clear or off'), {
    default: 'keyed',
    description:
      'whether the ledger of what public sources were told holds values as keyed digests, in clear, or is off',
  }),
  CTS_EGRESS_DAYS: setting(wholeNumber(1, 3650), { default: '30', description: 'how long the ledger keeps a record' }),
  CTS_MAX_WAITING: setting(wholeNumber(1, 10 ** 9), {
    default: '100000',
    description: 'how many searches may wait and run; past that, a new artifact is answered 503',
  }),
  CTS_MAX_ATTEMPTS: setting(wholeNumber(1, 100), {
    default: '3',
    description: 'how often a look-up is begun, if the replicas that make it crash',
  }),
  CTS_CONCURRENCY: setting(wholeNumber(1, 10_000), {
    default: '50',
    description: 'how many searches a replica runs at once',
  }),
  CTS_LEASE_SECS: setting(wholeNumber(1, 3600), {
    default: '30',
    description: "a crashed replica's searches are taken over within about this time",
  }),
  CTS_SYNC_WAIT_MS: setting(wholeNumber(0, 60_000), {
    default: '0',
    description: 'how long a `POST` waits for a quick search before it answers "not yet"',
  }),
  CTS_UPLOAD_FILES: setting(flag(), { default: 'false', description: 'whether SOAR is to send the content of files' }),
  CTS_MAX_UPLOAD_BYTES: setting(wholeNumber(1, 10 ** 12), { default: '25000000', description: 'the largest file' }),
  CTS_MAX_STORED_BYTES: setting(wholeNumber(1, 10 ** 15), {
    default: '5000000000',
    description: 'how much all files that wait may take together; past that, another is answered 503',
  }),
  // a document of MongoDB holds 16 MB: the artifact, and what is found of it
  CTS_MAX_BODY_BYTES: setting(wholeNumber(1, 12_000_000), {
    default: '10000000',
    description: 'the largest body without a file',
  }),
  CTS_SHUTDOWN_SECS: setting(wholeNumber(0, 3600), {
    default: '20',
    description: 'how long SIGTERM lets running searches finish',
  }),
  OPS_PORT: setting(port(0), { default: '8081', description: 'health, metrics and status page; 0 turns them off' }),
  OPS_HOST: setting(plainText(), { default: '127.0.0.1', description: 'the address that they listen on' }),
  OPS_HOSTS: setting(hostNames, {
    default: '',
    description:
      'by which names the pages there may be reached, joined by commas; addresses and `localhost` always may',
  }),
  ALERT_SMTP_URL: optionalSetting(smtpUrl, {
    description: 'the mail server for alerts, such as `smtp://user:password@mail.example.com:587`; with the next two',
    secret: true,
  }),
  ALERT_FROM: optionalSetting(mailAddresses(/^[^@,\n]+@[^@,\n]+$/), { description: 'the address that they come from' }),
  ALERT_TO: optionalSetting(mailAddresses(/^[^@,\n]+@[^@,\n]+(,[^@,\n]+@[^@,\n]+)*$/), {
    description: 'the address that they go to; several are joined by commas',
  }),
  LOG_LEVEL: setting(logLevel, { default: 'info', description: 'JSON lines on stdout, pretty in a terminal' }),
} satisfies Record<string, Setting<unknown>>

/** The value of each setting under its name, and what the settings say of each source and searcher. */
export type Config = { [Name in keyof typeof settings]: v.InferOutput<(typeof settings)[Name]['schema']> } & {
  /** By the source's id. */
  sources: Record<string, SourceSettings>
  /** By the searcher's name, of those with code of their own. */
  searchers: Record<string, LookUpSettings>
  /** What may leave the house. */
  rules: Rules
  /** Sentences about what does no harm, but is hardly meant. */
  warnings: string[]
}

type RuleSettings = Pick<Config, 'CTS_OWN' | 'CTS_KNOWN_GOOD' | 'CTS_URL_QUERIES'>

/**
 * Reads and checks all settings at once. `NAME_FILE` gives the path of a file that holds the value of `NAME`; an empty
 * variable counts as not set.
 * @throws {ConfigError} that names every setting that is wrong, and no secret.
 */
export function loadConfig(env: Environment, searchers: readonly Searcher[]): Config {
  const problems: string[] = []
  const read = (some: Settings): Record<string, unknown> =>
    Object.fromEntries(Object.entries(some).map(([name, one]) => [name, readSetting(env, name, one, problems)]))

  const values = read(settings)
  const sources = sourcesOf(searchers)
  const withCode = searchers.filter(({ search }) => search)
  const ofSources = sources.map((source) => [source.id, toSourceSettings(source, read(sourceSettings(source)))])
  const ofSearchers = withCode.map((one) => [one.name, toLookUpSettings(one.name, read(searcherSettings(one)))])
  const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`])
  if (isSet('CTS_USER') !== isSet('CTS_PASSWORD'))
    problems.push('CTS_USER and CTS_PASSWORD belong together: set both or neither')
  if (isSet('CTS_TLS_CERT') !== isSet('CTS_TLS_KEY'))
    problems.push('CTS_TLS_CERT and CTS_TLS_KEY belong together: set both or neither')
  if (new Set(['ALERT_SMTP_URL', 'ALERT_FROM', 'ALERT_TO'].map(isSet)).size > 1)
    problems.push('ALERT_SMTP_URL, ALERT_FROM and ALERT_TO belong together: set all or none')
  if (problems.length > 0) {
    const lines = problems.map((one) => `  ${one}`)
    throw new ConfigError(`The settings are wrong:\n${lines.join('\n')}`)
  }
  const all = [settings, ...sources.map(sourceSettings), ...withCode.map(searcherSettings)]
  const prefixes = [...PREFIXES, ...sources.map(({ id }) => settingPrefix(id))]
  return {
    ...values,
    sources: Object.fromEntries(ofSources),
    searchers: Object.fromEntries(ofSearchers),
    rules: rulesOf(values as RuleSettings),
    warnings: [
      ...unknownSettings(env, all.flatMap(Object.keys), prefixes),
      ...[proxyWarning(env, process.versions.node)].filter((one) => one !== undefined),
    ],
  } as Config
}

function rulesOf({ CTS_OWN: own, CTS_KNOWN_GOOD: good, CTS_URL_QUERIES: urlQueries }: RuleSettings): Rules {
  return { own: own ? [own] : [], good: good ? [good] : [], urlQueries }
}

/** All settings of a searcher with code of its own. */
export function searcherSettings(searcher: Searcher): Settings {
  return { ...lookUpSettings(searcher.name, searcher.name, searcher), ...searcher.settings }
}

function readSetting(
  env: Environment,
  name: string,
  { schema, secret }: Setting<unknown>,
  problems: string[],
): unknown {
  const { text, problem } = readVariable(env, name)
  if (problem !== undefined) {
    problems.push(problem)
    return undefined
  }
  const checked = v.safeParse(schema, text)
  if (checked.success) return checked.output
  problems.push(`${name} ${checked.issues[0].message}${secret ? '' : `, not "${withoutSecrets(text ?? '')}"`}`)
  return undefined
}

/** What an address holds of user, password and query may be a secret. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@').replace(/\?.+/s, '?…')
}
