import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextSteps } from '../generators/app/next-steps.ts'
import { planSearcher } from '../generators/searcher/plan.ts'

const outcome = {
  name: 'my-cts',
  folder: '/home/my-cts',
  cwd: '/home',
  searchers: [planSearcher({ name: 'url' }), planSearcher({ name: 'ip' })],
  files: 250,
  installed: true,
  env: 'URLHAUS_API_KEY=\n# ABUSEIPDB_API_KEY=x\n',
}
const steps = (more: Partial<typeof outcome>) =>
  nextSteps({ ...outcome, ...more }).filter((line) => line.startsWith('  '))

describe('the end of a run', () => {
  it('says what to do with a new service', () => {
    assert.deepEqual(steps({}), [
      '  cd my-cts && npm run demo   # a scan from POST to hits; no key, database or network needed',
      '  npm run dev   # the service itself; first fill in .env: URLHAUS_API_KEY, ABUSEIPDB_API_KEY',
      '  resilient-cts searcher domain   # or yo resilient-cts:searcher domain: one more searcher',
    ])
  })

  it('asks for no key that is there', () => {
    const env = 'URLHAUS_API_KEY=secret\nABUSEIPDB_API_KEY_FILE=/run/secrets/key\n'
    assert.equal(steps({ env })[1], '  npm run dev   # the service itself')
  })
})
