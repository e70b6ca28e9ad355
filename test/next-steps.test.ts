import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { calledAs } from '../generators/called-as.ts'
import { nextSteps, writtenLines } from '../generators/app/next-steps.ts'
import { packageRoot } from '../generators/package-root.ts'
import { planSearcher } from '../generators/searcher/plan.ts'

const outcome = {
  name: 'my-cts',
  folder: '/home/my-cts',
  cwd: '/home',
  searchers: [planSearcher({ name: 'url' }), planSearcher({ name: 'ip' })],
  installed: true,
  searcherCommand: 'resilient-cts searcher',
  env: 'URLHAUS_API_KEY=\n# ABUSEIPDB_API_KEY=x\n',
}
const steps = (more: Partial<typeof outcome>) =>
  nextSteps({ ...outcome, ...more }).filter((line) => line.startsWith('  '))

describe('the end of a run', () => {
  it('says what to do with a new service', () => {
    assert.deepEqual(steps({}), [
      '  cd my-cts && npm run demo   # a scan from POST to hits; no key, database or network needed',
      '  npm run dev   # the service itself; first fill in .env: URLHAUS_API_KEY, ABUSEIPDB_API_KEY',
      '  resilient-cts searcher domain   # one more searcher',
    ])
  })

  it('says which sources a source asks in turn', () => {
    const searchers = [planSearcher({ name: 'cve' })]
    assert.deepEqual(nextSteps({ ...outcome, searchers }).slice(0, 2), [
      'my-cts is in /home/my-cts; searchers: cve (nvd).',
      'nvd asks EPSS (FIRST) too: its operator learns each artifact.',
    ])
  })

  it('says that a skeleton is to be filled in first', () => {
    const first =
      'Fill in src/sources/mac.ts first, a skeleton that is not asked before: README.md, "Write a source in ten minutes".'
    const mac = planSearcher({ name: 'mac' })
    assert.deepEqual(nextSteps({ ...outcome, searchers: [mac] }).slice(0, 4), [
      'my-cts is in /home/my-cts; searchers: mac (a skeleton).',
      first,
      '  cd my-cts && npm run demo   # a scan from POST to hits, once that is done; no key, database or network needed',
      '  npm run dev   # the service itself, once that is done',
    ])
    assert.deepEqual(nextSteps({ ...outcome, searchers: [mac, planSearcher({ name: 'url' })] }).slice(1, 4), [
      first,
      '  cd my-cts && npm run demo   # a scan from POST to hits; no key, database or network needed',
      '  npm run dev   # the service itself; first fill in .env: URLHAUS_API_KEY',
    ])
  })

  it('asks for no key that is there', () => {
    const env = 'URLHAUS_API_KEY=secret\nABUSEIPDB_API_KEY_FILE=/run/secrets/key\n'
    assert.equal(steps({ env })[1], '  npm run dev   # the service itself')
  })

  it('tells by folder what was written, or file by file', () => {
    const paths = [
      'src/core/a.ts',
      'src/core/b/c.ts',
      'src/main.ts',
      'docs/a.md',
      '.env',
      '.github/ci.yml',
      'README.md',
    ]
    assert.deepEqual(writtenLines(paths, {}), ['Wrote 7 files: docs 1, others 3, src 1, src/core 2.'])
    assert.deepEqual(
      writtenLines(paths, { verbose: true }),
      paths.map((path) => `  create  ${path}`),
    )
  })
})

describe('the command that upgrades a service, or adds a searcher', () => {
  const cli = `${packageRoot}/dist/generators/cli.js`
  const service = `${packageRoot}/../my-cts`

  it('is the one by which the service was made', () => {
    const folder = packageRoot.split('/').at(-1)
    const commands = (script: string, env: Record<string, string> = {}) =>
      (['app', 'searcher'] as const).map((generator) => calledAs(generator, service, script, env))
    assert.deepEqual(commands('/usr/bin/yo'), ['yo resilient-cts', 'yo resilient-cts:searcher'])
    assert.deepEqual(commands(cli), [`node ${cli}`, `node ${cli} searcher`])
    assert.deepEqual(commands(cli, { npm_lifecycle_event: 'start', npm_command: 'run-script' }), [
      `npm start --prefix ../${folder}`,
      `npm start --prefix ../${folder} -- searcher`,
    ])
    assert.deepEqual(commands(cli, { npm_command: 'exec' }), [
      'npx generator-resilient-cts',
      'npx generator-resilient-cts searcher',
    ])
  })
})
