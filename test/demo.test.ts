import assert from 'node:assert/strict'
import { it } from 'node:test'
import { planSearcher } from '../generators/searcher/plan.ts'
import { sources } from '../generators/source-list.ts'
import { runCommand } from './run-command.ts'
import { writeService } from './write-service.ts'

it('npm run demo shows what SOAR and the service say to each other about the first artifact, and all hits', async () => {
  const folder = await writeService(['cve', 'email', 'url'].map((name) => planSearcher({ name })))
  const said = await runCommand(folder, 'npm', 'run', '--silent', 'demo')
  const lines = said.split('\n')
  const [, id] = /"id":"([\w-]{43})"/.exec(said)!
  assert.deepEqual(
    lines.slice(0, lines.indexOf('')).filter((line) => !line.startsWith('  303')),
    [
      'POST / {"type":"threat.report.cve","value":"CVE-2021-44228"}',
      `GET /${id}`,
      `  200 {"id":"${id}","hits":[{"props":[{"type":"string","name":"…`,
    ],
  )
  assert.ok(lines[1]!.startsWith(`  303 {"id":"${id}","retry_secs":5`), lines[1])
  assert.match(said, /^artifact +source +property +value$/m)
  assert.match(said, /^email is not asked yet: fill in .+$/m)
  assert.match(said, /^net\.uri +URLhaus +Threat +malware_download$/m)
  const kept =
    'Not asked about net.uri http://intranet.corp.example/login, since the demo has CTS_OWN=corp.example:\n  urlhaus: one of our own addresses\n'
  assert.ok(said.endsWith(`\n\n${kept}`), said)
})

it('npm run demo says that nothing is filled in yet', async () => {
  const folder = await writeService([planSearcher({ name: 'mac' })])
  assert.equal(
    await runCommand(folder, 'npm', 'run', '--silent', 'demo'),
    `
mac is not asked yet: fill in the three places of src/sources/mac.ts

No source of this service is filled in yet: there is no hit to show.
`,
  )
})

it('npm run demo shows a hit of every source', async () => {
  const asked = sources.filter(({ types }) => types.length > 0)
  const folder = await writeService(asked.map(({ id }) => planSearcher({ name: `all-${id}`, sources: id })))
  const said = await runCommand(folder, 'npm', 'run', '--silent', 'demo')
  for (const { title } of asked) assert.match(said, new RegExp(` ${title}  +\\S`, 'm'))
})

it('npm run demo ends quietly when nobody reads on', async () => {
  const folder = await writeService([planSearcher({ name: 'url' })])
  const said = await runCommand(folder, 'sh', '-c', 'npm run --silent demo 2>errors | head -1; cat errors')
  assert.match(said, /^POST \/ \{"type":"net\.uri",.+\n$/)
})
