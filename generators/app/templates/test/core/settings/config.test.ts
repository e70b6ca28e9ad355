import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ConfigError, loadConfig, settings } from '../../../src/core/settings/config.ts'
import { setting, wholeNumber } from '../../../src/core/settings/setting.ts'
import { defineSource } from '../../../src/core/client/source.ts'

const source = defineSource({
  id: 'moon-base',
  title: 'Moon Base',
  url: 'https://moon.example',
  key: { header: 'X-Key', from: 'https://moon.example/keys', rateLimit: '50/30s' },
  rateLimit: '4/min, 500/d',
})
const searcher = {
  name: 'moon',
  sources: [source],
  settings: { MOON_BASE_MIN_SCORE: setting(wholeNumber(0, 100), { default: '25', description: 'the lowest score' }) },
}

/** The problems that a set of variables has, a line each. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env, [searcher])
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    const [heading, ...problems] = error.message.split('\n')
    assert.equal(heading, 'The settings are wrong:')
    return problems.map((line) => line.trim())
  }
}

describe('the settings', () => {
  it('have a default for all that is not set', () => {
    const { sources, searchers, warnings, ...values } = loadConfig({}, [searcher])
    assert.deepEqual(
      { ...values, MONGODB_DB: undefined },
      {
        PORT: 8080,
        HOST: '0.0.0.0',
        CTS_BASE_PATH: '',
        CTS_USER: undefined,
        CTS_PASSWORD: undefined,
        CTS_TLS_CERT: undefined,
        CTS_TLS_KEY: undefined,
        CTS_TRUST_PROXY: false,
        MONGODB_URL: undefined,
        MONGODB_DB: undefined,
        CTS_RETRY_SECS: 5,
        CTS_RESULT_TTL_SECS: 3600,
        CTS_FAILURE_TTL_SECS: 60,
        CTS_SEARCH_TIMEOUT_SECS: 120,
        CTS_MAX_ATTEMPTS: 3,
        CTS_CONCURRENCY: 50,
        CTS_LEASE_SECS: 30,
        CTS_SYNC_WAIT_MS: 0,
        CTS_UPLOAD_FILES: false,
        CTS_MAX_UPLOAD_BYTES: 25_000_000,
        CTS_MAX_BODY_BYTES: 10_000_000,
        CTS_SHUTDOWN_SECS: 20,
        OPS_PORT: 8081,
        OPS_HOST: '127.0.0.1',
        ALERT_SMTP_URL: undefined,
        ALERT_FROM: undefined,
        ALERT_TO: undefined,
        LOG_LEVEL: 'info',
      },
    )
    assert.match(values.MONGODB_DB, /^[\w-]+$/)
    const windows = [
      { calls: 4, ms: 60_000 },
      { calls: 500, ms: 86_400_000 },
    ]
    assert.deepEqual(sources, { 'moon-base': { url: 'https://moon.example', key: undefined, windows } })
    assert.deepEqual(searchers, { moon: { MOON_BASE_MIN_SCORE: 25 } })
    assert.deepEqual(warnings, [])
  })

  it('are reported together when they are wrong, without a secret', () => {
    const wrong = {
      PORT: '99999',
      CTS_PASSWORD: 'hunter2',
      MONGODB_URL: 'postgres://user:hunter2@db',
      CTS_UPLOAD_FILES: 'yes',
      CTS_TLS_CERT: '/cert.pem',
      MOON_BASE_API_URL: 'https://moon.example/api?key=1',
    }
    assert.deepEqual(problemsOf(wrong), [
      'PORT must be a whole number from 0 to 65535, not "99999"',
      'MONGODB_URL must begin with mongodb:// or mongodb+srv://',
      'CTS_UPLOAD_FILES must be "true" or "false", not "yes"',
      'MOON_BASE_API_URL must be an http(s) address without a path, such as https://api.example.com, not "https://moon.example/api?key=1"',
      'CTS_USER and CTS_PASSWORD belong together: set both or neither',
      'CTS_TLS_CERT and CTS_TLS_KEY belong together: set both or neither',
    ])
  })

  for (const [name, value, problem] of [
    ['CTS_BASE_PATH', 'cts', 'must be a path that begins with "/", such as "/cts", not "cts"'],
    ['CTS_LEASE_SECS', '0', 'must be a whole number from 1 to 3600, not "0"'],
    ['CTS_CONCURRENCY', '1e3', 'must be a whole number from 1 to 10000, not "1e3"'],
    ['LOG_LEVEL', 'loud', 'must be one of trace, debug, info, warn, error, fatal, silent, not "loud"'],
    ['CTS_TRUST_PROXY', 'maybe', 'must be "true" or "false", not "maybe"'],
    ['MONGODB_DB', 'a b', 'must be the name of a MongoDB database, not "a b"'],
  ] as const) {
    it(`refuse ${name}="${value}"`, () => assert.deepEqual(problemsOf({ [name]: value }), [`${name} ${problem}`]))
  }

  it('take an empty variable for one that is not set', () => {
    assert.equal(loadConfig({ PORT: '', CTS_USER: '', CTS_PASSWORD: '' }, []).PORT, 8080)
  })

  it('take a base path with or without a slash at its end', () => {
    for (const path of ['/cts/example', '/cts/example/']) {
      assert.equal(loadConfig({ CTS_BASE_PATH: path }, []).CTS_BASE_PATH, '/cts/example')
    }
  })

  it('take the address and the key of a source', () => {
    const env = { MOON_BASE_API_URL: 'http://127.0.0.1:9/', MOON_BASE_API_KEY: 'k' }
    const { url, key } = loadConfig(env, [searcher]).sources['moon-base']!
    assert.deepEqual({ url, key }, { url: 'http://127.0.0.1:9', key: 'k' })
  })

  it('take how often a source may be asked, and else what it says of itself, with a key and without', () => {
    const windowsOf = (env: Record<string, string>) => loadConfig(env, [searcher]).sources['moon-base']!.windows
    const key = { MOON_BASE_API_KEY: 'k' }
    assert.deepEqual(windowsOf({}), [
      { calls: 4, ms: 60_000 },
      { calls: 500, ms: 86_400_000 },
    ])
    assert.deepEqual(windowsOf(key), [{ calls: 50, ms: 30_000 }])
    assert.deepEqual(windowsOf({ ...key, MOON_BASE_RATE_LIMIT: '2 / 5 s,7/h' }), [
      { calls: 2, ms: 5000 },
      { calls: 7, ms: 3_600_000 },
    ])
    assert.deepEqual(windowsOf({ ...key, MOON_BASE_RATE_LIMIT: 'none' }), [])
  })

  for (const text of ['4', '4/', '/min', '0/min', '4/0s', '4/week', '4/min,', '4/min;5/h', '1000000/d']) {
    it(`refuse "${text}" as a rate limit`, () => {
      assert.deepEqual(problemsOf({ MOON_BASE_RATE_LIMIT: text }), [
        `MOON_BASE_RATE_LIMIT must be "none" or limits such as "4/min, 500/d" or "5/30s", with a unit s, min, h or d, not "${text}"`,
      ])
    })
  }

  for (const key of ['two words', 'a\nb', 'schlüssel']) {
    it(`refuse the key ${JSON.stringify(key)}, which no header can hold, without showing it`, () => {
      assert.deepEqual(problemsOf({ MOON_BASE_API_KEY: key }), [
        'MOON_BASE_API_KEY must be of printable ASCII characters, without a space',
      ])
    })
  }

  it("take a searcher's own settings, and check them with the others", () => {
    const env = { MOON_BASE_MIN_SCORE: '0' }
    assert.deepEqual(loadConfig(env, [searcher]).searchers, { moon: { MOON_BASE_MIN_SCORE: 0 } })
    assert.deepEqual(problemsOf({ MOON_BASE_MIN_SCORE: '101' }), [
      'MOON_BASE_MIN_SCORE must be a whole number from 0 to 100, not "101"',
    ])
  })

  it('warn of variables that are named like settings and are none', () => {
    const env = {
      CTS_USR: 'soar',
      MONGODB_URI: 'mongodb://127.0.0.1',
      CTS_PASWORD_FILE: '/run/secrets/cts',
      OPS_COLOUR: 'red',
      MOON_BASE_APIKEY: 'k',
      MOON_BASE_MIN_SCOR: '0',
      // not set, or nothing of ours
      CTS_EMPTY: '',
      MOON_API_KEY: 'k',
      HTTP_PROXY: 'http://proxy.example',
    }
    assert.deepEqual(loadConfig(env, [searcher]).warnings, [
      'CTS_USR is no setting: did you mean CTS_USER?',
      'MONGODB_URI is no setting: did you mean MONGODB_URL?',
      'CTS_PASWORD_FILE is no setting: did you mean CTS_PASSWORD_FILE?',
      'OPS_COLOUR is no setting of this service',
      'MOON_BASE_APIKEY is no setting: did you mean MOON_BASE_API_KEY?',
      'MOON_BASE_MIN_SCOR is no setting: did you mean MOON_BASE_MIN_SCORE?',
    ])
  })

  it('are not mistaken for what Kubernetes and Docker say of a service that is called cts', () => {
    const env = {
      CTS_SERVICE_HOST: '10.0.0.1',
      CTS_SERVICE_PORT: '8080',
      CTS_SERVICE_PORT_HTTP: '8080',
      CTS_PORT: 'tcp://10.0.0.1:8080',
      CTS_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      CTS_PORT_8080_TCP_ADDR: '10.0.0.1',
    }
    assert.deepEqual(loadConfig(env, [searcher]).warnings, [])
  })

  it('say the mistake of a source that two searchers share once', () => {
    const env = { MOON_BASE_API_URL: 'moon.example' }
    assert.throws(() => loadConfig(env, [searcher, { ...searcher, name: 'other' }]), {
      message:
        'The settings are wrong:\n  MOON_BASE_API_URL must be an http(s) address without a path, such as https://api.example.com, not "moon.example"',
    })
  })

  it('are each described', () => {
    for (const [name, { description }] of Object.entries(settings)) assert.ok(description.length > 10, name)
  })

  describe('from files', () => {
    let folder: string
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cts-test-'))
      await writeFile(join(folder, 'password'), 'pass word\n')
    })
    after(() => rm(folder, { recursive: true }))

    it('are what the file holds, without the end of its line', () => {
      const env = { CTS_USER: 'soar', CTS_PASSWORD_FILE: join(folder, 'password') }
      assert.equal(loadConfig(env, []).CTS_PASSWORD, 'pass word')
    })

    it('are wrong when the file cannot be read, or the setting is there too', () => {
      const missing = join(folder, 'missing')
      assert.deepEqual(problemsOf({ MONGODB_URL_FILE: missing, PORT: '80', PORT_FILE: missing }), [
        'PORT and PORT_FILE are both set: set one of them',
        `MONGODB_URL_FILE names the file "${missing}", which cannot be read (ENOENT)`,
      ])
    })
  })
})
