import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { sourceSettings } from '../../../src/core/client/source-settings.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { defineSearcher } from '../../../src/core/search/searcher.ts'
import { ConfigError, setting, wholeNumber } from '../../../src/core/setting.ts'
import { loadConfig, searcherSettings, settings } from '../../../src/core/settings/config.ts'

const source = defineSource({
  id: 'moon-base',
  title: 'Moon Base',
  url: 'https://moon.example',
  key: { header: 'X-Key', from: 'https://moon.example/keys', rateLimit: '50/30s' },
  rateLimit: '4/min, 500/d',
  settings: { MOON_BASE_MIN_SCORE: setting(wholeNumber(0, 100), { default: '25', description: 'the lowest score' }) },
  lookUp: { 'net.ip': async () => [] },
})
const searcher = defineSearcher({ name: 'ip', artifactTypes: ['net.ip'], sources: [source] })
const code = defineSearcher({
  name: 'code',
  artifactTypes: ['net.ip'],
  settings: { CODE_DEPTH: setting(wholeNumber(1, 9), { default: '3', description: 'how deep it looks' }) },
  search: async () => [],
})

/** What the settings say of the source. */
function sourceOf(env: Record<string, string> = {}) {
  return loadConfig(env, [searcher]).sources['moon-base']!
}

/** The problems that a set of variables has, a line each. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env, [searcher, code])
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
    const { sources, searchers, warnings, rules, ...values } = loadConfig({}, [searcher, code])
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
        CTS_RESULT_TTL_SECS: undefined,
        CTS_FAILURE_TTL_SECS: 60,
        CTS_REMEMBER_DAYS: 7,
        CTS_SEARCH_TIMEOUT_SECS: 120,
        CTS_MAX_WAIT_SECS: 3600,
        CTS_MAX_WAITING: 100_000,
        CTS_OWN: undefined,
        CTS_KNOWN_GOOD: undefined,
        CTS_LISTS: undefined,
        CTS_LISTS_RELOAD_SECS: 30,
        CTS_LISTS_MAX_ENTRIES: 2_000_000,
        CTS_URL_QUERIES: 'send',
        CTS_EGRESS: 'keyed',
        CTS_EGRESS_DAYS: 30,
        CTS_MAX_ATTEMPTS: 3,
        CTS_CONCURRENCY: 50,
        CTS_LEASE_SECS: 30,
        CTS_SYNC_WAIT_MS: 0,
        CTS_UPLOAD_FILES: false,
        CTS_MAX_UPLOAD_BYTES: 25_000_000,
        CTS_MAX_STORED_BYTES: 5_000_000_000,
        CTS_MAX_BODY_BYTES: 10_000_000,
        CTS_SHUTDOWN_SECS: 20,
        OPS_PORT: 8081,
        OPS_HOST: '127.0.0.1',
        OPS_HOSTS: [],
        ALERT_SMTP_URL: undefined,
        ALERT_FROM: undefined,
        ALERT_TO: undefined,
        LOG_LEVEL: 'info',
      },
    )
    assert.match(values.MONGODB_DB, /^[\w-]+$/)
    const lookUp = {
      reach: 'query',
      maySee: new Set(),
      ask: 'always',
      ttlSecs: undefined,
      concurrency: 5,
      optional: false,
    }
    const { own, quotas, ...rest } = sources['moon-base']!
    assert.deepEqual(rest, { ...lookUp, url: 'https://moon.example', keys: [], timeoutMs: 30_000 })
    assert.equal(own.MOON_BASE_MIN_SCORE, 25)
    // each a little longer than the source's own, since calls travel at different speeds
    const windows = [
      { calls: 4, ms: 61_000 },
      { calls: 500, ms: 86_401_000 },
    ]
    assert.deepEqual(quotas, [{ name: 'moon-base', windows }])
    const { own: ownOfCode, ...restOfCode } = searchers.code!
    assert.deepEqual([Object.keys(searchers), restOfCode, ownOfCode.CODE_DEPTH], [['code'], lookUp, 3])
    assert.deepEqual(rules, { own: [], good: [], urlQueries: 'send' })
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
      'MONGODB_URL must begin with mongodb:// or mongodb+srv://, and have no space',
      'CTS_UPLOAD_FILES must be "true" or "false", not "yes"',
      'MOON_BASE_API_URL must be an http(s) address such as https://api.example.com, or tcp://HOST:PORT, not "https://moon.example/api?…"',
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
    ['CTS_RESULT_TTL_SECS', '0', 'must be a whole number from 1 to 31536000, not "0"'],
    ['CTS_REMEMBER_DAYS', '366', 'must be a whole number from 1 to 365, not "366"'],
    ['CTS_MAX_WAIT_SECS', '0', 'must be a whole number from 1 to 2592000, not "0"'],
    ['CTS_MAX_WAITING', '0', 'must be a whole number from 1 to 1000000000, not "0"'],
    ['CTS_MAX_BODY_BYTES', '12000001', 'must be a whole number from 1 to 12000000, not "12000001"'],
    ['CTS_URL_QUERIES', 'drop', 'must be send, cut or keep, not "drop"'],
    ['CTS_EGRESS', 'on', 'must be keyed, clear or off, not "on"'],
    ['MOON_BASE_TIMEOUT_SECS', '0', 'must be a whole number from 1 to 3600, not "0"'],
    ['MOON_BASE_TTL_SECS', '1h', 'must be a whole number from 1 to 31536000, not "1h"'],
    ['MOON_BASE_CONCURRENCY', '0', 'must be a whole number from 1 to 10000, not "0"'],
    ['MOON_BASE_OPTIONAL', 'yes', 'must be "true" or "false", not "yes"'],
    ['MOON_BASE_REACH', 'far', 'must be local, own, query or submit, not "far"'],
    ['MOON_BASE_ASK', 'sometimes', 'must be always, if-nothing-found or never, not "sometimes"'],
    ['MONGODB_DB', 'a b', 'must be the name of a MongoDB database, not "a b"'],
  ] as const) {
    it(`refuse ${name}="${value}"`, () => assert.deepEqual(problemsOf({ [name]: value }), [`${name} ${problem}`]))
  }

  for (const [name, value] of [
    ['CTS_PASSWORD', 'hunter2\n'],
    ['CTS_PASSWORD', 'hunter2\r'],
    ['CTS_PASSWORD', '\x7fhunter2'],
  ] as const) {
    it(`refuse a control character in ${name}, without showing it: ${encodeURI(value)}`, () => {
      assert.deepEqual(problemsOf({ CTS_USER: 'soar', [name]: value }), [
        `${name} must not hold a line end or another control character`,
      ])
    })
  }

  it('refuse an address of MongoDB whose password would be taken for a host', () => {
    assert.deepEqual(problemsOf({ MONGODB_URL: 'mongodb://user:hunter@2/x@db.example/' }), [
      'MONGODB_URL must have every "@" in its user and password as %40',
    ])
  })

  for (const value of ['"hunter2"', "'hunter2'", '`hunter2`']) {
    it(`refuse quotes around a value, which docker --env-file leaves there: ${value}`, () => {
      assert.deepEqual(problemsOf({ CTS_USER: 'soar', CTS_PASSWORD: value }), [
        'CTS_PASSWORD stands in quotes, which are a part of it here: leave them out',
      ])
    })
  }

  it('take an empty variable for one that is not set', () => {
    assert.equal(loadConfig({ PORT: '', CTS_USER: '', CTS_PASSWORD: '' }, []).PORT, 8080)
  })

  it('take a base path with or without a slash at its end', () => {
    for (const path of ['/cts/example', '/cts/example/']) {
      assert.equal(loadConfig({ CTS_BASE_PATH: path }, []).CTS_BASE_PATH, '/cts/example')
    }
  })

  for (const [text, url] of [
    ['http://127.0.0.1:9/', 'http://127.0.0.1:9'],
    ['https://own.example/misp/', 'https://own.example/misp'],
    ['tcp://clamd:3310', 'tcp://clamd:3310'],
    ['tcp://[::1]:3310/', 'tcp://[::1]:3310'],
  ] as const) {
    it(`take ${text} for the address of a source`, () => {
      assert.equal(sourceOf({ MOON_BASE_API_URL: text }).url, url)
    })
  }

  for (const text of [
    'moon.example',
    'ftp://moon.example',
    'https://moon.example/?key=1',
    'https://moon.example/#a',
    'https://user:hunter2@moon.example',
    'https://:hunter2@moon.example',
    'tcp://clamd',
    'tcp://clamd:3310/a',
    'tcp://:3310',
  ]) {
    it(`refuse ${text} as the address of a source, without showing a secret`, () => {
      const [problem, ...more] = problemsOf({ MOON_BASE_API_URL: text })
      assert.match(problem ?? '', /^MOON_BASE_API_URL must be an http\(s\) address such as /)
      assert.doesNotMatch(problem ?? '', /hunter2|key=1/)
      assert.deepEqual(more, [])
    })
  }

  it('know no address of an own instance unless it is set', () => {
    const { url: _, ...own } = source
    const searchers = [{ ...searcher, sources: [own] }]
    assert.equal(loadConfig({}, searchers).sources['moon-base']!.url, undefined)
    const env = { MOON_BASE_API_URL: 'https://own.example' }
    assert.equal(loadConfig(env, searchers).sources['moon-base']!.url, 'https://own.example')
  })

  it('take several keys of a source, each with a quota of its own that does not tell it', () => {
    const { keys, quotas } = sourceOf({ MOON_BASE_API_KEY: 'one, other' })
    assert.deepEqual(keys, ['one', 'other'])
    const names = quotas.map(({ name }) => name)
    assert.equal(new Set(names).size, 2)
    for (const name of names) assert.match(name, /^moon-base:[0-9a-f]{8}$/)
    assert.deepEqual(sourceOf({ MOON_BASE_API_KEY: 'other' }).quotas[0], quotas[1])
  })

  it('take how often a source may be asked, and else what it says of itself, with a key and without', () => {
    const windowsOf = (env: Record<string, string>) => sourceOf(env).quotas[0]!.windows
    const key = { MOON_BASE_API_KEY: 'k' }
    assert.deepEqual(windowsOf({}), [
      { calls: 4, ms: 61_000 },
      { calls: 500, ms: 86_401_000 },
    ])
    assert.deepEqual(windowsOf(key), [{ calls: 50, ms: 31_000 }])
    assert.deepEqual(windowsOf({ ...key, MOON_BASE_RATE_LIMIT: '2 / s,7/h' }), [
      { calls: 2, ms: 1500 },
      { calls: 7, ms: 3_601_000 },
    ])
    // a part of them in a part of the time: what is new is not to wait for all of it behind a backlog
    assert.deepEqual(windowsOf({ ...key, MOON_BASE_RATE_LIMIT: '9/s' }), [
      { calls: 9, ms: 1500 },
      { calls: 3, ms: 375 },
    ])
    assert.deepEqual(windowsOf({ ...key, MOON_BASE_RATE_LIMIT: 'none' }), [])
  })

  it('take what is said of the look-ups of a source, and of code of its own', () => {
    const env = {
      MOON_BASE_TIMEOUT_SECS: '5',
      MOON_BASE_TTL_SECS: '60',
      MOON_BASE_CONCURRENCY: '9',
      MOON_BASE_OPTIONAL: 'true',
      MOON_BASE_REACH: 'submit',
      MOON_BASE_ASK: 'if-nothing-found',
      MOON_BASE_MAY_SEE: 'own, private',
      CODE_TTL_SECS: '7',
      CODE_ASK: 'never',
      CODE_CONCURRENCY: '2',
    }
    const { sources, searchers } = loadConfig(env, [searcher, code])
    const { timeoutMs, ttlSecs, concurrency, optional, reach, ask, maySee } = sources['moon-base']!
    assert.deepEqual(
      { timeoutMs, ttlSecs, concurrency, optional, reach, ask, maySee },
      {
        timeoutMs: 5000,
        ttlSecs: 60,
        concurrency: 9,
        optional: true,
        reach: 'submit',
        ask: 'if-nothing-found',
        maySee: new Set(['own', 'private']),
      },
    )
    const { ttlSecs: codeTtl, ask: codeAsk, concurrency: codeConcurrency } = searchers.code!
    assert.deepEqual([codeTtl, codeAsk, codeConcurrency], [7, 'never', 2])
  })

  it('take what a source says of itself where nothing is set', () => {
    const modest = { ...source, optional: true, reach: 'local' as const, concurrency: 3 }
    const { optional, reach, concurrency } = loadConfig({}, [{ ...searcher, sources: [modest] }]).sources['moon-base']!
    assert.deepEqual({ optional, reach, concurrency }, { optional: true, reach: 'local', concurrency: 3 })
  })

  it('tell whether the freshness of results is set', () => {
    assert.equal(loadConfig({}, []).CTS_RESULT_TTL_SECS, undefined)
    assert.equal(loadConfig({ CTS_RESULT_TTL_SECS: '3600' }, []).CTS_RESULT_TTL_SECS, 3600)
  })

  it('take those of a source that another only asks', () => {
    const moon = defineSource({ id: 'moon', title: 'Moon', url: 'https://moon.example', lookUp: {} })
    const asking = { ...code, asks: [moon] }
    assert.deepEqual(Object.keys(loadConfig({}, [asking]).sources), ['moon'])
    assert.equal(loadConfig({ MOON_TIMEOUT_SECS: '7' }, [asking]).sources.moon!.timeoutMs, 7000)
  })

  for (const text of ['4', '4/', '/min', '0/min', '4/0s', '4/week', '4/min,', '4/min;5/h', '1000000/d']) {
    it(`refuse "${text}" as a rate limit`, () => {
      assert.deepEqual(problemsOf({ MOON_BASE_RATE_LIMIT: text }), [
        `MOON_BASE_RATE_LIMIT must be "none" or limits such as "4/min, 500/d" or "5/30s", with a unit s, min, h or d, not "${text}"`,
      ])
    })
  }

  for (const key of ['two words', 'schlüssel', 'a,,b', ',', 'a,b c']) {
    it(`refuse the key ${JSON.stringify(key)}, which no header can hold, without showing it`, () => {
      assert.deepEqual(problemsOf({ MOON_BASE_API_KEY: key }), [
        'MOON_BASE_API_KEY must be of printable ASCII characters, without a space; several keys are joined by commas',
      ])
    })
  }

  it('take those of its own that a source or a searcher has, and check them with the others', () => {
    const env = { MOON_BASE_MIN_SCORE: '0', CODE_DEPTH: '9' }
    const { sources, searchers } = loadConfig(env, [searcher, code])
    assert.deepEqual([sources['moon-base']!.own.MOON_BASE_MIN_SCORE, searchers.code!.own.CODE_DEPTH], [0, 9])
    assert.deepEqual(problemsOf({ MOON_BASE_MIN_SCORE: '101', CODE_DEPTH: '0' }), [
      'MOON_BASE_MIN_SCORE must be a whole number from 0 to 100, not "101"',
      'CODE_DEPTH must be a whole number from 1 to 9, not "0"',
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
        'The settings are wrong:\n  MOON_BASE_API_URL must be an http(s) address such as https://api.example.com, or tcp://HOST:PORT, not "moon.example"',
    })
  })

  it('are each described', () => {
    const all = { ...settings, ...sourceSettings(source), ...searcherSettings(code) }
    for (const [name, { description }] of Object.entries(all)) assert.ok(description.length > 10, name)
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

    it('are what the file holds, whichever encoding its byte order mark tells', async () => {
      for (const bytes of [
        Buffer.from('\ufeffpässword\r\n'),
        Buffer.from('\ufeffpässword\r\n', 'utf16le'),
        Buffer.from('\ufeffpässword\r\n', 'utf16le').swap16(),
      ]) {
        await writeFile(join(folder, 'encoded'), bytes)
        const env = { CTS_USER: 'soar', CTS_PASSWORD_FILE: join(folder, 'encoded') }
        assert.equal(loadConfig(env, []).CTS_PASSWORD, 'pässword')
      }
    })

    it('are wrong when the file is empty, no text, or has several lines', async () => {
      const path = join(folder, 'wrong')
      for (const [content, problem] of [
        ['', `CTS_PASSWORD_FILE names the file "${path}", which is empty`],
        ['\n', `CTS_PASSWORD_FILE names the file "${path}", which is empty`],
        [Buffer.from('pässword', 'latin1'), `CTS_PASSWORD_FILE names the file "${path}", which is not text in UTF-8`],
        ['password\n\n', 'CTS_PASSWORD must not hold a line end or another control character'],
      ] as const) {
        await writeFile(path, content)
        assert.deepEqual(problemsOf({ CTS_USER: 'soar', CTS_PASSWORD_FILE: path }), [problem])
      }
      await writeFile(path, '')
      assert.deepEqual(problemsOf({ CTS_USER_FILE: path, CTS_PASSWORD_FILE: path, MONGODB_URL_FILE: path }).length, 3)
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
