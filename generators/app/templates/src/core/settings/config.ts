import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import service from '../../../package.json' with { type: 'json' }
import {
  flag,
  optionalSetting,
  plainText,
  setting,
  wholeNumber,
  type Setting,
  type Settings,
  type SettingValues,
} from './setting.ts'
import type { Searcher } from '../search/searcher.ts'
import { settingPrefix, settingsOf, toSourceSettings, type SourceSettings } from '../client/source.ts'
import { unknownSettings } from './unknown.ts'

/** What the names of the service's own settings begin with, but for those that have a name of everybody's. */
const PREFIXES = ['CTS_', 'OPS_', 'ALERT_', 'MONGO']

const port = (min: number) => wholeNumber(min, 65_535)
const secs = (max = 31_536_000) => wholeNumber(1, max)
const basePath = v.pipe(
  v.string(),
  v.regex(/^\/[\w.~/-]*$/, 'must be a path that begins with "/", such as "/cts"'),
  v.transform((path) => path.replace(/\/+$/, '')),
)
const mongoUrl = v.pipe(
  v.string(),
  v.regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must begin with mongodb:// or mongodb+srv://'),
)
const mongoName = v.pipe(v.string(), v.regex(/^[^/\\. "$*<>:|?]{1,63}$/, 'must be the name of a MongoDB database'))
const smtpUrl = v.pipe(v.string(), v.regex(/^smtps?:\/\/\S+$/, 'must begin with smtp:// or smtps://'))
const mailAddresses = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern, 'must be a mail address'))
const logLevel = v.picklist(
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
  'must be one of trace, debug, info, warn, error, fatal, silent',
)

/** Every setting of the service but those of its searchers and sources. */
export const settings = {
  PORT: setting(port(0), { default: '8080', description: 'where SOAR finds the service' }),
  HOST: setting(plainText(), { default: '0.0.0.0', description: 'the address that it listens on' }),
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
  CTS_RESULT_TTL_SECS: setting(secs(), {
    default: '3600',
    description: 'how long a result is kept, with or without hits',
  }),
  CTS_FAILURE_TTL_SECS: setting(secs(), {
    default: '60',
    description: 'after this, a `POST` of an artifact whose search failed, whole or in part, searches again',
  }),
  CTS_SEARCH_TIMEOUT_SECS: setting(secs(86_400), { default: '120', description: 'how long a search may run' }),
  CTS_MAX_ATTEMPTS: setting(wholeNumber(1, 100), {
    default: '3',
    description: 'how often a search is begun, if the replicas that run it crash',
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
  CTS_MAX_BODY_BYTES: setting(wholeNumber(1, 10 ** 9), {
    default: '10000000',
    description: 'the largest body without a file',
  }),
  CTS_SHUTDOWN_SECS: setting(wholeNumber(0, 3600), {
    default: '20',
    description: 'how long SIGTERM lets running searches finish',
  }),
  OPS_PORT: setting(port(0), { default: '8081', description: 'health, metrics and status page; 0 turns them off' }),
  OPS_HOST: setting(plainText(), { default: '127.0.0.1', description: 'the address that they listen on' }),
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
  /** By the searcher's name: the values of its own settings. */
  searchers: Record<string, SettingValues>
  /** Sentences about what does no harm, but is hardly meant. */
  warnings: string[]
}

/** The settings are wrong; the message lists every mistake. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads and checks all settings at once. `NAME_FILE` gives the path of a file that holds the value of `NAME`; an empty
 * variable counts as not set.
 * @throws {ConfigError} that names every setting that is wrong, and no secret.
 */
export function loadConfig(
  env: Record<string, string | undefined>,
  searchers: readonly Pick<Searcher, 'name' | 'sources' | 'settings'>[],
): Config {
  const problems: string[] = []
  const read = (some: Settings): Record<string, unknown> =>
    Object.fromEntries(Object.entries(some).map(([name, one]) => [name, readSetting(env, name, one, problems)]))

  const values = read(settings)
  const sources = searchers.flatMap((searcher) => searcher.sources ?? [])
  const ofSources = sources.map((source) => [source.id, toSourceSettings(source, read(settingsOf(source)))])
  const ofSearchers = searchers.map((searcher) => [searcher.name, read(searcher.settings ?? {})])
  if (!values.CTS_USER !== !values.CTS_PASSWORD)
    problems.push('CTS_USER and CTS_PASSWORD belong together: set both or neither')
  if (!values.CTS_TLS_CERT !== !values.CTS_TLS_KEY)
    problems.push('CTS_TLS_CERT and CTS_TLS_KEY belong together: set both or neither')
  if (new Set([!values.ALERT_SMTP_URL, !values.ALERT_FROM, !values.ALERT_TO]).size > 1)
    problems.push('ALERT_SMTP_URL, ALERT_FROM and ALERT_TO belong together: set all or none')
  if (problems.length > 0) {
    // searchers may share a source, and with it its mistakes
    const lines = [...new Set(problems)].map((one) => `  ${one}`)
    throw new ConfigError(`The settings are wrong:\n${lines.join('\n')}`)
  }
  const all = [settings, ...sources.map(settingsOf), ...searchers.map((searcher) => searcher.settings ?? {})]
  const prefixes = [...PREFIXES, ...sources.map(settingPrefix)]
  return {
    ...values,
    sources: Object.fromEntries(ofSources),
    searchers: Object.fromEntries(ofSearchers),
    warnings: unknownSettings(env, all.flatMap(Object.keys), prefixes),
  } as Config
}

function readSetting(
  env: Record<string, string | undefined>,
  name: string,
  { schema, secret }: Setting<unknown>,
  problems: string[],
): unknown {
  const text = readVariable(env, name, problems)
  const checked = v.safeParse(schema, text)
  if (checked.success) return checked.output
  problems.push(`${name} ${checked.issues[0].message}${secret ? '' : `, not "${text}"`}`)
  return undefined
}

function readVariable(env: Record<string, string | undefined>, name: string, problems: string[]): string | undefined {
  const fileName = `${name}_FILE`
  const [text, path] = [env[name] || undefined, env[fileName] || undefined]
  if (path === undefined) return text
  if (text !== undefined) {
    problems.push(`${name} and ${fileName} are both set: set one of them`)
    return undefined
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined
  } catch (error) {
    problems.push(
      `${fileName} names the file "${path}", which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    )
    return undefined
  }
}
