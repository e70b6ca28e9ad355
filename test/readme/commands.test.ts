import assert from 'node:assert/strict'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { planService } from '../../generators/app/make-service.ts'
import { completeService } from '../../generators/app/service.ts'
import { packageRoot } from '../../generators/package-root.ts'
import { applyPlan } from '../../generators/upgrade/apply.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** What is not run here, and why. */
const NOT_RUN: [command: RegExp, why: string][] = [
  [/^npm install$|^npm update/, 'it needs a registry'],
  [/^(?:yo|resilient-cts)\b/, "the generator's own tests run it"],
  [/^(?:docker|sudo) /, 'it needs another program'],
  [/^npm start$|^npm run dev$|&& npm test$|^npm test$|^npm run test:quick$|^MONGODB_URL=/, 'other tests run it'],
  [/^npm run (?:build|demo|format:check|lint|typecheck)$/, 'test/e2e runs it'],
  [/^npm run soar$/, 'it explains itself, with status 1'],
  [/^npm run soar -- (?:told|egress) /, 'it needs a database'],
  [/^npm run soar -- (?:scan|try|threatservicetest) /, 'it needs a network, or a service that runs'],
  [/^npm test -- sources\/intel$/, 'its source is written first: ten-minutes.test.ts'],
]

/** What the service's README says that one can type: in its blocks, its table and its sentences. */
function commandsIn(page: string): string[] {
  const blocks = Array.from(page.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block!.split('\n')).flat()
  const lines = blocks
    .map((line) => line.replace(/(?:^|\s+)# .*$/, ''))
    .filter((line) => /^(?:\w+=\S+ )?[a-z]/.test(line))
  const inline = Array.from(
    page.matchAll(/`((?:\w+=\S+ )?(?:npm|yo|resilient-cts|docker) [^`…]+)`/g),
    ([, one]) => one!,
  )
  return [...new Set([...lines, ...inline])]
}

describe('in a service with the defaults', () => {
  let folder: string
  const read = (path: string) => readFile(join(folder, path), 'utf8')
  const run = (command: string) => runCommand(folder, 'sh', '-ec', command)

  before(async () => {
    folder = await temporaryFolder()
    await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
    const answers = { name: 'my-cts' }
    applyPlan(planService(folder, completeService(answers, folder), { answers, force: true }), folder)
  })

  it('each command of README.md works that needs neither a network nor a database', async () => {
    const commands = commandsIn(await read('README.md')).filter(
      (one) => !NOT_RUN.some(([pattern]) => pattern.test(one)),
    )
    for (const command of commands) await run(command)
    assert.deepEqual(commands.toSorted(), [
      "CTS_OWN=example.com npm run soar -- gate net.uri 'http://evil.example/?u=jane@example.com'",
      'cp -n .env.example .env',
      'npm run format',
      'npm run lists',
      'npm run readme',
      'npm run searchers',
      'npm test -- sources/urlhaus',
    ])
  })

  it('the example of What leaves the house shows what it says, with its setting and without', async () => {
    const [example = ''] = /^CTS_OWN=example\.com npm run soar -- gate .+$/m.exec(await read('README.md')) ?? []
    assert.match(await run(example), /^urlhaus +query +yes, in part: http:\/\/evil\.example\/$/m)
    assert.match(
      await run(example.replace(/^\S+ /, '')),
      /^urlhaus +query +yes: http:\/\/evil\.example\/\?u=jane@example\.com$/m,
    )
  })

  it('the commands of lists/README.md work in their order, but for the scan', async () => {
    const commands = commandsIn(await read('lists/README.md')).filter(
      (one) => !/^npm run soar -- scan |^resilient-cts /.test(one),
    )
    const said = await run(commands.join('\n'))
    assert.match(said, /^own +own\/domains\.txt +1 +0 +0 +0 min +ok$/m)
    assert.match(said, /^urlhaus +query +no: one of our own addresses \(own\)$/m)
  })
})
