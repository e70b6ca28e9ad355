import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runUpgrade } from '../../generators/app/run-upgrade.ts'
import { applyPlan } from '../../generators/upgrade/apply.ts'
import { editsPatch, prefixOf, upgradePatch } from '../../generators/upgrade/diff.ts'
import type { Plan } from '../../generators/upgrade/plan.ts'
import { APP_RECORD } from '../../generators/upgrade/record.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Story, planIn, planOf, textsIn, writeStory } from './service-on-disk.ts'

const lines = (first: string, last: string) => `${first}\n\n\n\n${last}\n`
const long = Array.from({ length: 20 }, (_none, index) => `${index}\n`).join('')

const story: Story = {
  base: { 'a.ts': lines('a', 'b'), 'a.png': 'AAAA', 'gone.ts': 'old\n', 'src/moved.ts': long, 'crlf.ts': 'a\n' },
  disk: { 'a.ts': lines('mine', 'b'), 'a.png': 'AAAA', 'gone.ts': 'old\n', 'src/moved.ts': long, 'crlf.ts': 'a\r\n' },
  fresh: {
    '.gitignore': '*.ts\n',
    'a.ts': lines('a', 'new'),
    'a.png': '/////w==',
    'src/core/moved.ts': `${long}new\n`,
    'crlf.ts': 'b\n',
    'added name.ts': 'new',
  },
  moves: { 'src/moved.ts': 'src/core/moved.ts' },
}

/** What is in a folder, whatever its record says. */
const emitted = (root: string) => ({ ...textsIn(root), [APP_RECORD]: '' })

describe('the patch of an upgrade', () => {
  it('shows what changes, file by file', () => {
    const { base, fresh } = { base: { 'a.ts': 'a\n' }, fresh: { 'a.ts': 'b\n' } }
    const patch = upgradePatch(planOf({ base, disk: base, fresh })).replace(/^index .*\n/m, '')
    assert.equal(patch, 'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n')
  })

  it('is one that git can apply, and that does what the upgrade does', async () => {
    const [patched, upgraded] = [await temporaryFolder(), await temporaryFolder()]
    for (const root of [patched, upgraded]) writeStory(root, story)
    const patch = join(await temporaryFolder(), 'patch')
    writeFileSync(patch, upgradePatch(planIn(patched, story)))
    await runCommand(patched, 'git', 'apply', '--whitespace=nowarn', patch)
    applyPlan(planIn(upgraded, story), upgraded)
    assert.deepEqual(emitted(patched), emitted(upgraded))
  })

  it('has its paths from the top of the repository', async () => {
    const [top, upgraded] = [await temporaryFolder(), await temporaryFolder()]
    const root = join(top, 'services/my cts')
    for (const folder of [root, upgraded]) writeStory(folder, story)
    assert.deepEqual([prefixOf(upgraded), prefixOf(top)], ['', ''])
    await runCommand(top, 'git', 'init', '--quiet')
    assert.deepEqual([prefixOf(root), prefixOf(top)], ['services/my cts/', ''])
    const patch = join(await temporaryFolder(), 'patch')
    writeFileSync(patch, upgradePatch(planIn(root, story), prefixOf(root)))
    await runCommand(root, 'git', 'apply', '--whitespace=nowarn', patch)
    applyPlan(planIn(upgraded, story), upgraded)
    assert.deepEqual(emitted(root), emitted(upgraded))
    await runCommand(top, 'git', 'apply', '-R', '--whitespace=nowarn', patch)
    assert.equal(textsIn(root)['a.ts'], story.disk['a.ts'])
  })

  it('is the same whatever its user has set, and the service has for attributes', async () => {
    const home = await temporaryFolder()
    writeFileSync(join(home, 'order'), 'z\n')
    const settings = ['context = 0', `orderFile = ${home}/order`, 'srcPrefix = x/', 'dstPrefix = y/', 'noprefix = true']
    const diff = [...settings, 'external = false', 'wordRegex = .', 'algorithm = patience', 'renames = false']
    writeFileSync(
      join(home, '.gitconfig'),
      `[diff]\n${diff.join('\n')}\n[core]\nautocrlf = true\nattributesFile = ${home}/attributes\n`,
    )
    writeFileSync(join(home, 'attributes'), '* -diff\n')
    const some: Story = {
      ...story,
      fresh: { ...story.fresh, '.gitattributes': '* text=auto eol=crlf\n*.ts -diff filter=x ident\n' },
    }
    const plain = upgradePatch(planOf(some))
    const mine = { HOME: home, GIT_DIFF_OPTS: '-u0', GIT_EXTERNAL_DIFF: 'false' }
    const before = { ...process.env }
    Object.assign(process.env, mine)
    try {
      assert.equal(upgradePatch(planOf(some)), plain)
    } finally {
      for (const name of Object.keys(mine)) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
    assert.match(plain, /^\+\+\+ b\/a\.ts\n/m)
    assert.doesNotMatch(plain, /Binary files/)
    assert.match(plain, /^-a\r\n\+b\r$/m)
  })

  it('is empty where nothing changes', () => {
    assert.equal(upgradePatch(planOf({ base: { a: 'x' }, disk: { a: 'x' }, fresh: { a: 'x' } })), '')
  })
})

describe('the patch of its owner’s edits', () => {
  it('shows what differs from the record, but for line ends, and nothing else', () => {
    const base = new Map(Object.entries({ ...story.base, 'deleted.ts': 'old\n' }))
    const disk = new Map(Object.entries({ ...story.disk, 'mine.ts': 'mine' }))
    const patch = editsPatch([{ record: APP_RECORD, base: { files: base }, fresh: new Map() }], disk)
    assert.deepEqual(
      patch.split('\n').filter((line) => /^(?:diff|[-+])/.test(line)),
      [
        'diff --git a/a.ts b/a.ts',
        '--- a/a.ts',
        '+++ b/a.ts',
        '-a',
        '+mine',
        'diff --git a/deleted.ts b/deleted.ts',
        '--- a/deleted.ts',
        '+++ /dev/null',
        '-old',
      ],
    )
  })

  it('takes them back when git applies it in reverse: what was deleted returns', async () => {
    const base = new Map(Object.entries({ 'a.ts': 'a\n', 'src/searchers/url.ts': 'old\n' }))
    const root = await temporaryFolder()
    writeStory(root, { disk: { 'a.ts': 'mine\n', 'mine.ts': 'mine\n' }, fresh: {} })
    const disk = new Map(Object.entries(textsIn(root)))
    const patch = join(await temporaryFolder(), 'patch')
    writeFileSync(patch, editsPatch([{ record: APP_RECORD, base: { files: base }, fresh: new Map() }], disk))
    await runCommand(root, 'git', 'apply', '-R', patch)
    assert.deepEqual(textsIn(root), { ...Object.fromEntries(base), 'mine.ts': 'mine\n' })
  })
})

describe('the command that prints a patch', () => {
  const run = async (root: string, plan: Plan, edits: boolean) => {
    const said: string[] = []
    const service = { name: 'my-cts', description: 'x', uploadFiles: false, searchers: [] }
    const company = { say: (line: string) => said.push(line), print: () => undefined }
    return [await runUpgrade(plan, { root, service, options: { diff: true, edits } }, company), said]
  }

  it('names conflicts that are to come, what is in the way, and what is not in the patch', async () => {
    const root = await temporaryFolder()
    const some = { base: { a: 'x\n', b: 'x' }, disk: { a: 'mine\n' }, fresh: { a: 'y\n', b: 'x' } }
    writeStory(root, some)
    assert.deepEqual(await run(root, planIn(root, some), false), [3, ['CONFLICTS, resolve by hand: a (line 1)']])
    writeFileSync(join(root, 'a'), Buffer.from([0xff]))
    const inTheWay = 'IN THE WAY: "a" is not in UTF-8, so it cannot be merged. Save it in UTF-8.'
    assert.deepEqual(await run(root, planIn(root, some), false), [3, [inTheWay]])
    const leftOut = 'Not in the patch, since it is no text that can be read: a'
    assert.deepEqual(await run(root, planIn(root, some), true), [0, [leftOut]])
  })
})
