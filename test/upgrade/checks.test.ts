import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkUpgrade, refuseDowngrade, refuseOtherVersion } from '../../generators/upgrade/checks.ts'
import { applyPlan } from '../../generators/upgrade/apply.ts'
import { statusOf } from '../../generators/upgrade/plan.ts'
import { JOURNAL, type Run, writeRecord } from '../../generators/upgrade/record.ts'
import { leaving } from '../../generators/upgrade/step.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Story, type Texts, planIn, planOf, writeStory } from './service-on-disk.ts'

const lines = (first: string, last: string) => `${first}\n\n\n\n${last}\n`
const story: Story = {
  base: { 'merged.ts': lines('a', 'b'), 'replaced.ts': 'old', 'kept.ts': 'same' },
  disk: { 'merged.ts': lines('mine', 'b'), 'replaced.ts': 'old', 'kept.ts': 'mine' },
  fresh: { 'merged.ts': lines('a', 'new'), 'replaced.ts': 'new', 'kept.ts': 'same' },
}
const refusal = {
  name: 'Refusal',
  message:
    'Edited and not committed, but to be merged: merged.ts. Commit first (git commit) or put them aside (git stash), so that nothing can be lost.',
}

const git = (folder: string, ...args: string[]) =>
  runCommand(folder, 'git', '-c', 'user.name=A', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false', ...args)

/** A repository with a commit of a service, in a folder of it or at its top. */
async function repository(folder = '.'): Promise<string> {
  const root = join(await temporaryFolder(), folder)
  mkdirSync(root, { recursive: true })
  writeStory(root, story)
  await git(root, 'init', '--quiet', folder === '.' ? '.' : '..')
  await commitAll(root)
  return root
}

async function commitAll(folder: string): Promise<void> {
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message', 'a')
}

const inScripts = (texts: Texts) =>
  Object.fromEntries(Object.entries(texts).map(([path, text]) => [`scripts/${path}`, text]))

describe('edits that are not committed', () => {
  it('are refused in a file that is to be merged', async () => {
    const root = await repository()
    checkUpgrade(planIn(root, story), root)
    writeFileSync(join(root, 'merged.ts'), lines('mine, too', 'b'))
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
    await git(root, 'add', '--all')
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
    await git(root, 'commit', '--quiet', '--message', 'b')
    checkUpgrade(planIn(root, story), root)
  })

  it('are refused in a file that moves, too', async () => {
    const root = await repository()
    const { 'merged.ts': fresh, ...others } = story.fresh
    const moving = {
      ...story,
      fresh: { ...others, 'core/merged.ts': fresh! },
      moves: { 'merged.ts': 'core/merged.ts' },
    }
    checkUpgrade(planIn(root, moving), root)
    writeFileSync(join(root, 'merged.ts'), lines('mine, too', 'b'))
    assert.throws(() => checkUpgrade(planIn(root, moving), root), refusal)
  })

  it('are refused in a service below the top of a repository', async () => {
    const root = await repository('services')
    checkUpgrade(planIn(root, story), root)
    writeFileSync(join(root, 'merged.ts'), lines('mine, too', 'b'))
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
  })

  it('are refused in a file that git does not know', async () => {
    const root = await repository()
    await git(root, 'rm', '--quiet', '--cached', 'merged.ts')
    await git(root, 'commit', '--quiet', '--message', 'b')
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
  })

  it('are refused in a file that git ignores', async () => {
    const root = await repository()
    writeFileSync(join(root, '.gitignore'), '*.ts\n')
    checkUpgrade(planIn(root, story), root)
    await git(root, 'rm', '--quiet', '--cached', 'merged.ts')
    await git(root, 'commit', '--quiet', '--message', 'b')
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
  })

  it('are refused in a folder that is a link, or a repository of its own', async () => {
    for (const isLink of [true, false]) {
      const root = await repository()
      const folder = join(root, isLink ? 'there' : 'scripts')
      const nested = { ...story, disk: {}, base: inScripts(story.base!), fresh: inScripts(story.fresh) }
      writeStory(folder, { disk: story.disk, fresh: {} })
      writeStory(root, nested)
      if (isLink) symlinkSync('there', join(root, 'scripts'))
      else {
        await git(folder, 'init', '--quiet')
        await commitAll(folder)
      }
      await commitAll(root)
      checkUpgrade(planIn(root, nested), root)
      writeFileSync(join(folder, 'merged.ts'), lines('mine, too', 'b'))
      assert.throws(() => checkUpgrade(planIn(root, nested), root), /to be merged: scripts\/merged\.ts\. Commit first /)
    }
  })

  it('are refused before the first commit', async () => {
    const root = await temporaryFolder()
    writeStory(root, story)
    await git(root, 'init', '--quiet')
    await git(root, 'add', '--all')
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
  })

  it('are refused in a repository of the service’s own that has nothing yet', async () => {
    const root = await temporaryFolder()
    writeStory(root, story)
    await git(root, 'init', '--quiet')
    assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
  })

  it('are refused however git reads paths', async () => {
    const root = await repository()
    writeFileSync(join(root, 'merged.ts'), lines('mine, too', 'b'))
    for (const name of ['GIT_LITERAL_PATHSPECS', 'GIT_ICASE_PATHSPECS']) {
      process.env[name] = '1'
      try {
        assert.throws(() => checkUpgrade(planIn(root, story), root), refusal)
      } finally {
        delete process.env[name]
      }
    }
  })

  it('are not looked for without git, where a package.json alone is merged', async () => {
    const root = await temporaryFolder()
    const json = (fields: object) => ({ 'package.json': JSON.stringify(fields) })
    const some = { base: json({ a: 1 }), disk: json({ a: 1, b: 1 }), fresh: json({ a: 2 }) }
    writeStory(root, some)
    await git(root, 'init', '--quiet')
    const path = process.env['PATH']
    process.env['PATH'] = root
    try {
      checkUpgrade(planIn(root, some), root)
      const plan = planOf(story)
      assert.match(plan.obstacles[0]!, /^git is not installed, and an upgrade merges and compares with it\. /)
      assert.equal(statusOf(plan, { check: true }), 3)
    } finally {
      process.env['PATH'] = path
    }
  })

  it('are no matter in other files', async () => {
    const root = await repository()
    for (const path of ['kept.ts', 'mine.ts']) writeFileSync(join(root, path), 'edited')
    checkUpgrade(planIn(root, story), root)
  })

  it('are no matter where the merge is done already', async () => {
    const root = await repository()
    writeFileSync(join(root, 'merged.ts'), lines('mine', 'new'))
    checkUpgrade(planIn(root, story), root)
  })

  it('are not looked for outside of a repository, or in one that does not know the service', async () => {
    const outside = await temporaryFolder()
    writeStory(outside, story)
    checkUpgrade(planIn(outside, story), outside)

    const home = await temporaryFolder()
    await git(home, 'init', '--quiet')
    const root = join(home, 'my-cts')
    mkdirSync(root)
    writeStory(root, story)
    checkUpgrade(planIn(root, story), root)
  })

  it('are looked for without a touch to the index', async () => {
    const root = await repository()
    // git would note the new time
    utimesSync(join(root, 'merged.ts'), 1000, 1000)
    const before = readFileSync(join(root, '.git/index'))
    checkUpgrade(planIn(root, story), root)
    assert.deepEqual(readFileSync(join(root, '.git/index')), before)
  })
})

describe('an upgrade', () => {
  it('is refused while conflicts of the last one are left', () => {
    const marked = `<<<<<<< yours\nx\n`
    const texts = { base: { a: 'x', b: 'x' }, disk: { a: marked, b: marked }, fresh: { a: 'x', b: 'y' } }
    const plan = planOf({ ...texts, left: ['a'] })
    assert.throws(() => checkUpgrade(plan, '.'), {
      name: 'Refusal',
      message: 'Lines that mark a conflict are in a, b. Resolve them, or indent them if they are meant.',
    })
  })

  it('is refused while a file that it merges has the new one of the last upgrade beside it', () => {
    const texts = { base: { a: 'x' }, disk: { a: 'mine', 'a.new': 'x' }, fresh: { a: 'y' } }
    assert.throws(() => checkUpgrade(planOf({ ...texts, left: ['a.new'] }), '.'), {
      name: 'Refusal',
      message: 'Left by the last upgrade: a.new. Merge each into your file, and remove it.',
    })
  })

  it('is refused to an older version', () => {
    refuseDowngrade({ from: undefined, to: '0.2.0' })
    refuseDowngrade({ from: '0.2.0', to: '0.2.0' })
    refuseDowngrade({ from: '0.9.0', to: '0.10.0' })
    assert.throws(() => refuseDowngrade({ from: '0.10.0', to: '0.9.0' }), {
      name: 'Refusal',
      message:
        'This service is of version 0.10.0, and this generator is 0.9.0, which is older. Install generator-resilient-cts@0.10.0 or later.',
    })
  })

  it('is refused while one to another version is half done', async () => {
    const root = await repository()
    const obstaclesWith = (version: string, run: Run | undefined, story: Story) => {
      const answers = run ? { answers: run } : {}
      writeRecord(root, JOURNAL, { version, ...answers, files: new Map([['a', 'x']]) })
      return planIn(root, story).obstacles
    }
    assert.deepEqual(obstaclesWith('0.2.0', undefined, story), [])
    assert.deepEqual(obstaclesWith('0.2.0', { command: 'upgrade' }, story), [])
    const takeBack = 'or take it back, with "git stash --include-untracked".'
    const [before] = obstaclesWith('0.1.5', undefined, story)
    assert.equal(
      before,
      `An upgrade to 0.1.5 was interrupted. Finish it first, with "resilient-cts" of generator-resilient-cts@0.1.5; ${takeBack}`,
    )
    assert.equal(statusOf(planIn(root, story), { check: true }), 3)
    const marked = { ...planIn(root, story), steps: [{ ...leaving('a'), kind: 'unresolved' as const }] }
    for (const plan of [planIn(root, story), marked])
      assert.throws(() => checkUpgrade(plan, root), { name: 'Refusal', message: before! })
    assert.throws(() => applyPlan(planIn(root, story), root), { name: 'Refusal', message: before! })
    assert.deepEqual(obstaclesWith('0.2.0', { command: 'searcher', searcher: 'ip', source: 'abuseipdb' }, story), [
      `Adding the searcher "ip" was interrupted. Finish it first, with "resilient-cts searcher ip --source abuseipdb" of generator-resilient-cts@0.2.0; ${takeBack}`,
    ])
    assert.deepEqual(obstaclesWith('0.2.0', { command: 'make' }, story), [
      'The making of this service was interrupted. Finish it first: run that command again.',
    ])
  })
})

describe('a searcher', () => {
  it('is refused from another version than the service’s', () => {
    const upgrade = 'yo resilient-cts'
    refuseOtherVersion({ recorded: '0.2.0', version: '0.2.0', upgrade })
    assert.throws(() => refuseOtherVersion({ recorded: '0.1.0', version: '0.2.0', upgrade }), {
      name: 'Refusal',
      message:
        'This service is of version 0.1.0, and this generator is 0.2.0. Bring the service up to date first, with "yo resilient-cts" in its folder.',
    })
    assert.throws(() => refuseOtherVersion({ recorded: undefined, version: '0.2.0', upgrade }), {
      name: 'Refusal',
      message:
        'There is no record of which version this service is of. Bring it up to date first, with "yo resilient-cts" in its folder.',
    })
    assert.throws(() => refuseOtherVersion({ recorded: '0.3.0', version: '0.2.0', upgrade }), {
      name: 'Refusal',
      message: 'This service is of version 0.3.0, and this generator is 0.2.0. Install generator-resilient-cts@0.3.0.',
    })
  })
})
