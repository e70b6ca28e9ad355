import assert from 'node:assert/strict'
import { it } from 'node:test'
import { planSearcher } from '../generators/searcher/plan.ts'
import { runCommand } from './run-command.ts'
import { writeService } from './write-service.ts'

it('npm run demo shows what SOAR and the service say to each other about the first artifact, and all hits', async () => {
  const folder = await writeService(['cve', 'url'].map((name) => planSearcher({ name })))
  const said = await runCommand(folder, 'npm', 'run', '--silent', 'demo')
  const lines = said.split('\n')
  const [, id] = /"id":"([\w-]{43})"/.exec(said)!
  assert.deepEqual(
    lines.slice(0, lines.indexOf('')).filter((line, index) => index < 3 || !line.startsWith('  303')),
    [
      'POST / {"type":"threat.report.cve","value":"CVE-2021-44228"}',
      `  303 {"id":"${id}","retry_secs":5}`,
      `GET /${id}`,
      `  200 {"id":"${id}","hits":[{"props":[{"type":"string","name":"…`,
    ],
  )
  assert.match(lines[lines.indexOf('') + 1]!, /^searcher +artifact +property +value$/)
  assert.match(said, /^url +net\.uri +Source +URLhaus$/m)
})
