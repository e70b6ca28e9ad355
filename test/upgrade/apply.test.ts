import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { applyPlan, changesOf } from '../../generators/upgrade/apply.ts'
import { obstaclesIn } from '../../generators/upgrade/obstacles.ts'
import { hasWork, statusOf } from '../../generators/upgrade/plan.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { prepareUpgrade, recordedPart } from '../../generators/upgrade/prepare.ts'
import { APP_RECORD, readRecord, searcherRecord } from '../../generators/upgrade/record.ts'
import { writeSafely } from '../../generators/upgrade/write-safely.ts'
import { type Story, filesOf, planIn, textsIn, writeStory } from './service-on-disk.ts'

const isRoot = process.getuid?.() === 0
const text = (first: string, last: string) => `${first}\n\n\n\n\n${last}\n`

/** A service in which everything happens that can. */
const story: Story = {
  base: {
    'replaced.ts': 'old',
    'merged.ts': text('old', 'old'),
    'clash.ts': text('old', 'same'),
    'deleted.ts': 'old',
    'removed/here/too.ts': 'old',
    'kept.ts': 'old',
    'src/moved.ts': `import './beside.ts'\n`,
    'src/edited.ts': text(`import './beside.ts'`, 'old'),
    'src/clash.ts': text('old', 'same'),
    'src/again.ts': 'old',
    'package.json': '{\n  "a": 1,\n  "b": 1\n}\n',
  },
  disk: {
    'replaced.ts': 'old',
    'merged.ts': text('mine', 'old'),
    'clash.ts': text('mine', 'same'),
    'removed/here/too.ts': 'old',
    'kept.ts': 'mine',
    'unrecorded.ts': 'mine',
    'src/moved.ts': `import './beside.ts'\n`,
    'src/edited.ts': text(`import './beside.ts'\nimport './mine.ts'`, 'old'),
    'src/clash.ts': text('mine', 'same'),
    'src/again.ts': 'old',
    'src/mine.ts': `import './edited.ts'\r\n`,
    'package.json': '{\n  "a": 2,\n  "b": 1\n}\n',
    '.env.example': 'A=\n',
  },
  fresh: {
    // before what has moved from there
    'src/again.ts': 'another',
    'replaced.ts': 'new',
    'merged.ts': text('old', 'new'),
    'clash.ts': text('new', 'same'),
    'deleted.ts': 'new',
    'added/here.ts': 'new',
    'unrecorded.ts': 'new',
    'src/core/moved.ts': `import '../beside.ts'\n`,
    'src/core/edited.ts': text(`import '../beside.ts'`, 'new'),
    'src/core/clash.ts': text('new', 'same'),
    'src/core/again.ts': 'new',
    'package.json': '{\n  "a": 1,\n  "b": 2\n}\n',
  },
  moves: {
    'src/moved.ts': 'src/core/moved.ts',
    'src/edited.ts': 'src/core/edited.ts',
    'src/clash.ts': 'src/core/clash.ts',
    'src/again.ts': 'src/core/again.ts',
  },
  made: { '.env.example': 'A=\nB=\n' },
}

const clash = (from: string) =>
  `<<<<<<< yours\nmine\n||||||| resilient-cts ${from}\nold\n=======\nnew\n>>>>>>> resilient-cts 0.2.0\n\n\n\n\nsame\n`

const after = {
  '.env.example': 'A=\nB=\n',
  '.resilient-cts/app.json.gz': JSON.stringify({
    version: '0.2.0',
    files: Object.entries(story.fresh).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  }),
  'added/here.ts': 'new',
  'clash.ts': clash('0.1.0'),
  'kept.ts': 'mine',
  'merged.ts': text('mine', 'new'),
  'package.json': '{\n  "a": 2,\n  "b": 2\n}\n',
  'replaced.ts': 'new',
  'src/again.ts': 'another',
  'src/core/again.ts': 'new',
  'src/core/clash.ts': clash('0.1.0'),
  'src/core/edited.ts': text(`import '../beside.ts'\nimport '../mine.ts'`, 'new'),
  'src/core/moved.ts': `import '../beside.ts'\n`,
  'src/mine.ts': `import './core/edited.ts'\r\n`,
  'unrecorded.ts': 'mine',
  'unrecorded.ts.new': 'new',
}

async function service(some: Story = story): Promise<string> {
  const root = await temporaryFolder()
  writeStory(root, some)
  return root
}

describe('a plan that is carried out', () => {
  it('leaves the service as planned, and no empty folder', async () => {
    const root = await service()
    applyPlan(planIn(root, story), root)
    assert.deepEqual(textsIn(root), after)
    assert.equal(existsSync(join(root, 'removed')), false)
  })

  it('leaves nothing to do, but for what its owner has to resolve', async () => {
    const root = await service()
    applyPlan(planIn(root, story), root)
    writeFileSync(join(root, 'clash.ts'), text('resolved', 'same'))
    writeFileSync(join(root, 'src/core/clash.ts'), text('resolved', 'same'))
    const resolved = planIn(root, story)
    assert.deepEqual([hasWork(resolved), statusOf(resolved), resolved.leftovers], [false, 3, ['unrecorded.ts.new']])
  })

  const count = 20
  for (let done = 0; done < count; done++) {
    it(`is completed by a second run, if it was killed after ${done} of ${count} changes`, async () => {
      const root = await service()
      const changes = changesOf(planIn(root, story), root)
      assert.equal(changes.length, count)
      for (const change of changes.slice(0, done)) change()
      const second = planIn(root, story)
      const isDone = second.records.length === 0
      applyPlan(second, root)
      assert.deepEqual(textsIn(root), after)
      assert.deepEqual(
        [hasWork(second), statusOf(second), second.leftovers],
        [true, 3, isDone ? ['unrecorded.ts.new'] : []],
      )
    })
  }

  it('is completed without a record, too', async () => {
    const { base: _none, ...unrecorded } = story
    const whole = await service(unrecorded)
    applyPlan(planIn(whole, unrecorded), whole)
    const expected = textsIn(whole)
    const total = changesOf(planIn(await service(unrecorded), unrecorded), whole).length
    for (let done = 0; done <= total; done++) {
      const root = await service(unrecorded)
      for (const change of changesOf(planIn(root, unrecorded), root).slice(0, done)) change()
      applyPlan(planIn(root, unrecorded), root)
      assert.deepEqual(textsIn(root), expected, `killed after ${done} changes`)
    }
  })

  it('is completed in a service from before there were records, which has its searchers in .yo-rc.json', async () => {
    const [app, searcher] = [filesOf({ 'src/core/moved.ts': 'x', 'a.ts': 'new' }), filesOf({ 's.ts': 'new' })]
    const planned = (root: string) =>
      prepareUpgrade({
        root,
        version: '0.2.0',
        parts: [
          recordedPart(root, { record: APP_RECORD, fresh: app }),
          recordedPart(root, { record: searcherRecord('url'), fresh: searcher }),
        ],
        made: filesOf({ '.yo-rc.json': '{}' }),
        layoutChanges: [{ version: '0.2.0', moves: { 'src/moved.ts': 'src/core/moved.ts' }, drops: [] }],
      })
    const former = async () => {
      const root = await temporaryFolder()
      writeStory(root, { disk: { 'src/moved.ts': 'x', 'a.ts': 'old', 's.ts': 'old', '.yo-rc.json': 'url' }, fresh: {} })
      return root
    }
    const whole = await former()
    const changes = changesOf(planned(whole), whole)
    applyPlan(planned(whole), whole)
    for (let done = 0; done <= changes.length; done++) {
      const root = await former()
      for (const change of changesOf(planned(root), root).slice(0, done)) change()
      const isKnown = textsIn(root)['.yo-rc.json'] === 'url' || readRecord(root, searcherRecord('url')) !== undefined
      assert.ok(isKnown, `after ${done} changes nobody knows the searcher`)
      applyPlan(planned(root), root)
      assert.deepEqual(textsIn(root), textsIn(whole), `killed after ${done} changes`)
    }
  })

  it('is completed after a kill while a file was written', async () => {
    const root = await service()
    writeFileSync(join(root, 'merged.ts.resilient-cts-tmp'), 'hal')
    applyPlan(planIn(root, story), root)
    assert.deepEqual(textsIn(root), after)
  })

  it('names a file that cannot be written, and says that a second run completes it', async () => {
    const path = join(await temporaryFolder(), 'none/file')
    assert.throws(
      () => writeSafely(path, 'x'),
      ({ message }: Error) => {
        assert.ok(message.startsWith(`"${path}" cannot be written: ENOENT: `), message)
        assert.ok(message.endsWith('. Mend that, and run this again, which completes it.'), message)
        return true
      },
    )
  })

  it('takes edits that come after a kill for the owner’s', async () => {
    const root = await service()
    const changes = changesOf(planIn(root, story), root)
    for (const change of changes.slice(0, -2)) change()
    writeFileSync(join(root, 'merged.ts'), text('mine and later', 'new'))
    applyPlan(planIn(root, story), root)
    assert.deepEqual(textsIn(root), { ...after, 'merged.ts': text('mine and later', 'new') })
  })

  it('is not begun if a file has changed since it was planned', async () => {
    const root = await service()
    const plan = planIn(root, story)
    writeFileSync(join(root, 'merged.ts'), 'saved meanwhile')
    const before = textsIn(root)
    assert.throws(() => applyPlan(plan, root), {
      name: 'Refusal',
      message: 'Changed while the upgrade was planned: merged.ts. Run this again.',
    })
    assert.deepEqual(textsIn(root), before)
  })

  it('keeps the modes of files, also of those that move', async () => {
    const root = await service()
    for (const path of ['replaced.ts', 'src/edited.ts']) chmodSync(join(root, path), 0o755)
    chmodSync(join(root, 'merged.ts'), 0o600)
    applyPlan(planIn(root, story), root)
    const modes = ['replaced.ts', 'src/core/edited.ts', 'merged.ts'].map(
      (path) => statSync(join(root, path)).mode & 0o777,
    )
    assert.deepEqual(modes, [0o755, 0o755, 0o600])
  })

  it('writes through a link', async () => {
    const root = await service({ base: { 'README.md': 'old' }, disk: { 'docs/real.md': 'old' }, fresh: {} })
    symlinkSync('docs/real.md', join(root, 'README.md'))
    applyPlan(planIn(root, { disk: {}, fresh: { 'README.md': 'new' } }), root)
    assert.equal(lstatSync(join(root, 'README.md')).isSymbolicLink(), true)
    assert.equal(readFileSync(join(root, 'docs/real.md'), 'utf8'), 'new')
  })

  it('leaves the index of git alone', async () => {
    const root = await service()
    await runCommand(root, 'git', 'init', '--quiet')
    await runCommand(root, 'git', 'add', '--all')
    const index = () => readFileSync(join(root, '.git/index'))
    const before = index()
    applyPlan(planIn(root, story), root)
    assert.deepEqual(index(), before)
  })
})

describe('what is on disk', () => {
  const obstaclesOf = (root: string) => planIn(root, story).obstacles

  it('is refused where a folder is in the place of a file that changes, or such a file is no text', async () => {
    const root = await service()
    writeFileSync(join(root, 'merged.ts'), Buffer.from([0x61, 0xe4, 0x62]))
    mkdirSync(join(root, 'deleted.ts'))
    writeFileSync(join(root, 'clash.ts'), 'a\0b')
    assert.deepEqual(obstaclesOf(root), [
      '"merged.ts" is not in UTF-8, so it cannot be merged. Save it in UTF-8.',
      '"clash.ts" holds a NUL byte, so it cannot be merged. Take it out.',
      '"deleted.ts" is a folder, where the generator has a file. Rename it.',
    ])
    const before = textsIn(root)
    assert.throws(() => applyPlan(planIn(root, story), root), { name: 'Refusal' })
    assert.deepEqual(textsIn(root), before)
  })

  it('may be anything where this version changes nothing', async () => {
    const root = await service()
    rmSync(join(root, 'removed/here/too.ts'))
    mkdirSync(join(root, 'removed/here/too.ts'))
    for (const path of ['kept.ts', 'data/x.ts']) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), Buffer.from([0x61, 0xe4, 0x62]))
    }
    truncateSync(join(root, 'data/x.ts'), 3 * 1024 ** 3)
    mkdirSync(join(root, 'dropped.ts'))
    const plan = planIn(root, { ...story, drops: ['dropped.ts'] })
    assert.deepEqual(plan.obstacles, [])
  })

  it(
    'is skipped where it cannot be read, and is not needed',
    { skip: isRoot && 'root can read everything' },
    async () => {
      const root = await service()
      mkdirSync(join(root, 'data'), { mode: 0o000 })
      chmodSync(join(root, 'kept.ts'), 0o000)
      assert.deepEqual(obstaclesOf(root), [])
      chmodSync(join(root, 'merged.ts'), 0o000)
      assert.match(obstaclesOf(root)[0]!, /^"merged\.ts" cannot be read: .+ Make it readable, or move it away\.$/)
      chmodSync(join(root, 'src'), 0o555)
      assert.match(obstaclesOf(root).at(-1)!, /^"src" cannot be written to\. /)
      assert.deepEqual(obstaclesIn(root, planIn(root, story), { dry: true }), [])
      chmodSync(join(root, 'src'), 0o755)
      rmdirSync(join(root, 'data'))
    },
  )

  it('is refused where a file is in the place of a folder, or a link leads out or nowhere', async () => {
    const outside = await temporaryFolder()
    const obstaclesWith = async (...links: [path: string, target: string | undefined][]) => {
      const root = await service()
      for (const [path, target] of links) {
        rmSync(join(root, path), { recursive: true, force: true })
        if (target === undefined) writeFileSync(join(root, path), 'x')
        else symlinkSync(target, join(root, path))
      }
      const before = textsIn(root)
      const plan = planIn(root, story)
      assert.equal(statusOf(plan, { check: true }), 3)
      assert.throws(() => applyPlan(plan, root), { name: 'Refusal', message: plan.obstacles.join('\n') })
      assert.deepEqual(textsIn(root), before)
      assert.deepEqual(readdirSync(outside), [])
      return plan.obstacles
    }
    assert.deepEqual(await obstaclesWith(['added', undefined]), [
      '"added" is a file, and "added/here.ts" needs a folder there. Rename or remove it.',
    ])
    assert.deepEqual(await obstaclesWith(['added', 'nowhere']), [
      '"added" is a link that leads nowhere. Mend or remove it.',
    ])
    const out = `is a link out of the service, to ${outside}, where nothing is written. Put a copy in its place.`
    assert.deepEqual(await obstaclesWith(['added', outside]), [`"added" ${out}`])
    assert.deepEqual(await obstaclesWith(['.resilient-cts', outside]), [`".resilient-cts" ${out}`])
  })

  it('is refused where what this version adds is a link that leads nowhere', async () => {
    const root = await service()
    mkdirSync(join(root, 'added'))
    symlinkSync('nowhere', join(root, 'added/here.ts'))
    assert.deepEqual(obstaclesOf(root), ['"added/here.ts" is a link that leads nowhere. Mend or remove it.'])
    assert.equal(lstatSync(join(root, 'added/here.ts')).isSymbolicLink(), true)
  })

  it('has the new file beside the owner’s, and never over another one of theirs', async () => {
    const root = await service()
    writeFileSync(join(root, 'unrecorded.ts.new'), 'mine')
    assert.deepEqual(obstaclesOf(root), [
      '"unrecorded.ts.new" is in the place where this version\'s unrecorded.ts is to lie beside yours. Rename or remove it.',
    ])
    writeFileSync(join(root, 'unrecorded.ts.new'), 'new')
    assert.deepEqual(obstaclesOf(root), [])
  })

  it('may have a folder where a file goes', async () => {
    const some: Story = {
      base: { news: 'old' },
      disk: { news: 'old' },
      fresh: { 'news/NEWS.md': 'new' },
      drops: ['news'],
    }
    const root = await service(some)
    applyPlan(planIn(root, some), root)
    assert.equal(readFileSync(join(root, 'news/NEWS.md'), 'utf8'), 'new')
  })

  it('has pictures byte for byte, the new one beside an edited one', async () => {
    const root = await temporaryFolder()
    const [old, mine, fresh] = [[0], [0x0d, 0x0a, 0xff], [0xff, 0xfe, 0x0d, 0x0a, 0]].map((bytes) => Buffer.from(bytes))
    const pictures = (replaced: Buffer, edited: Buffer) => ({
      'replaced.png': replaced!.toString('base64'),
      'edited.png': edited!.toString('base64'),
    })
    const some = { base: pictures(old!, old!), disk: pictures(old!, mine!), fresh: pictures(fresh!, fresh!) }
    writeStory(root, some)
    applyPlan(planIn(root, some), root)
    for (const [path, bytes] of Object.entries({
      'replaced.png': fresh,
      'edited.png': mine,
      'edited.png.new': fresh,
    })) {
      assert.deepEqual(readFileSync(join(root, path)), bytes, path)
    }
    assert.equal(hasWork(planIn(root, some)), false)
  })

  it('may hold code of its owner’s that is no text', async () => {
    const root = await service()
    writeFileSync(join(root, 'src/latin.js'), Buffer.from([0x61, 0xe4, 0x62]))
    applyPlan(planIn(root, story), root)
    assert.deepEqual(readFileSync(join(root, 'src/latin.js')), Buffer.from([0x61, 0xe4, 0x62]))
  })
})
