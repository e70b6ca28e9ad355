import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, beforeEach, describe, it } from 'node:test'
import { packageRoot, packageVersion } from '../../generators/package-root.ts'
import { folderContent } from '../folder-content.ts'
import type { Outcome } from '../generators/cli.ts'
import { runCommand } from '../run-command.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type EditedService, clash, makeService, serviceIn, work } from './edited-service.ts'
import { NEXT, type NextVersion, writeNextVersion } from './next-version.ts'

describe('the next version, in a service in which its owner has worked', () => {
  let next: NextVersion
  let worked: EditedService
  let service: EditedService
  let made: Record<string, string>
  /** What the next version makes of it, and says. */
  let upgraded: { root: string; outcome: Outcome; content: Record<string, string> }
  const content = () => folderContent(service.root)
  /** The service in the state of another folder. */
  const copyOf = async (folder: string) => {
    const root = join(await temporaryFolder(), 'my-cts')
    await cp(folder, root, { recursive: true })
    return serviceIn(root)
  }

  before(async () => {
    const folder = await temporaryFolder()
    next = await writeNextVersion(join(folder, 'next'))
    worked = await makeService(join(folder, 'worked'), '--name', 'my-cts', '--searchers', 'url,email')
    await work(worked)
    await next.run(folder, ['fresh', '--name', 'my-cts', '--searchers', 'url,email', '--skip-install', '--skip-git'])
    made = await folderContent(join(folder, 'fresh'))
    const { root } = await copyOf(worked.root)
    upgraded = { root, outcome: await next.run(root), content: await folderContent(root) }
  })

  beforeEach(async () => {
    service = await copyOf(worked.root)
  })

  describe('where nothing conflicts', () => {
    const summary = [
      `my-cts ${packageVersion} → ${NEXT}`,
      'Replaced, unedited: 5 files   Added: 1   Moved: 1   Removed: 1   Made anew: .env.example',
      'Merged with your edits: README.md, package.json, scripts/demo/hit-table.ts, src/sources/urlhaus.ts',
      'Imports follow what has moved: scripts/ours.ts',
      'Left deleted: deploy/kubernetes/namespace.yaml   Kept, no longer ours: deploy/systemd/cts.service',
      'package.json: scripts.test is yours; newer: "tsx test/run.ts --all"',
      'Next: npm install && npm run typecheck && npm test',
    ]

    it('brings all of it together in one run, and says what it has done', async () => {
      const { status, stdout, stderr } = upgraded.outcome
      assert.deepEqual([status, stdout, stderr.trimEnd().split('\n')], [0, '', summary])
      const { root, read } = serviceIn(upgraded.root)
      const now = upgraded.content

      assert.deepEqual(
        differing(made, now).filter((path) => !path.startsWith('deploy/kubernetes/')),
        [
          '.env.example',
          'README.md',
          'package.json',
          'scripts/demo/hit-table.ts',
          'src/searchers/url.ts',
          'src/sources/urlhaus.ts',
          'deploy/systemd/cts.service',
          'scripts/ours.ts',
        ],
      )
      assert.equal(existsSync(join(root, 'deploy/caddy')), false)
      assert.equal(existsSync(join(root, 'deploy/kubernetes')), false)
      assert.equal(now['README.md'], `${made['README.md']}\n## Ours\n`)
      assert.equal(now['SECURITY.md'], made['SECURITY.md']!.replaceAll('\n', '\r\n'))
      assert.match(now['src/sources/urlhaus.ts']!, /or have spread malware/)
      assert.match(now['src/sources/urlhaus.ts']!, /freeQuota: 'ours'/)
      assert.match(now['scripts/demo/hit-table.ts']!, /SECOND = 1000\n$/)
      assert.match(await read('scripts/ours.ts'), /from '\.\/demo\/hit-table\.ts'/)
      assert.match(await read('.env.example'), /INTRANET_URL=\n\n# Whether there is anything new\nCTS_NEW=1\n$/)
      const { scripts, dependencies } = JSON.parse(await read('package.json')) as Record<string, Record<string, string>>
      assert.deepEqual(
        [scripts!['test'], scripts!['deploy'], scripts!['audit'], dependencies!['ldapts']],
        ['npm run typecheck && tsx test/run.ts', './deploy.sh', 'npm audit', '^8.0.0'],
      )
    })

    it('leaves a service whose checks and tests pass', async () => {
      const { root } = await copyOf(upgraded.root)
      await symlink(join(packageRoot, 'node_modules'), join(root, 'node_modules'))
      await runCommand(root, join(packageRoot, 'node_modules/.bin/tsc'))
      await runCommand(root, join(packageRoot, 'node_modules/.bin/tsx'), 'test/run.ts', 'searchers', 'urlhaus')
    })

    it('changes nothing the second time', async () => {
      service = await copyOf(upgraded.root)
      const second = await next.run(service.root)
      assert.deepEqual(second, { status: 0, stdout: '', stderr: `my-cts is up to date: ${NEXT}.\n` })
      assert.deepEqual(differing(await content(), upgraded.content), [])
    })

    it('says beforehand what it would do, and writes nothing', async () => {
      const untouched = await content()
      const check = await next.run(service.root, ['--check'])
      const ahead = [`To come: ${summary[0]}`, ...summary.slice(1, -1)]
      assert.deepEqual([check.status, check.stderr.trimEnd().split('\n')], [2, ahead])
      const json = await next.run(service.root, ['--check', '--json'])
      const outline = JSON.parse(json.stdout) as Record<string, unknown>
      assert.deepEqual([json.status, outline['status'], outline['from'], outline['to']], [2, 2, packageVersion, NEXT])
      const dry = await next.run(service.root, ['--dry-run'])
      assert.deepEqual(
        [dry.status, dry.stderr.includes('  merge   scripts/hit-table.ts → scripts/demo/hit-table.ts\n')],
        [0, true],
      )
      assert.deepEqual(differing(await content(), untouched), [])
    })

    it('shows a patch that does the same, and one of what the owner has changed', async () => {
      const diff = await next.run(service.root, ['--diff'])
      assert.equal(diff.status, 0)
      const edits = await next.run(service.root, ['--diff', '--edits'])
      assert.match(edits.stdout, /^\+## Ours$/m)
      assert.doesNotMatch(edits.stdout, /CTS_NEW|scripts\/ours\.ts/)
      await writeFile(join(service.root, '../next.patch'), diff.stdout)
      await service.git('apply', '../next.patch')
      assert.deepEqual(
        differing(await content(), upgraded.content).filter((path) => !path.endsWith('.gz')),
        [],
      )
    })

    for (const after of [1, 5, 10, 15]) {
      it(`is completed by a second run, if it is killed after ${after} files`, async () => {
        const killer = join(service.root, '../killer.mjs')
        await writeFile(killer, killedAfter(after))
        const killed = await next.runAlone(service.root, { NODE_OPTIONS: `--import=${killer}` })
        assert.equal(killed.status, null)
        const second = await next.run(service.root)
        assert.equal(second.status, 0, second.stderr)
        assert.deepEqual(differing(await content(), upgraded.content), [])
      })
    }
  })

  describe('where something conflicts', () => {
    beforeEach(() => clash(service))

    it('ends with 3, and names what is to be resolved', async () => {
      const { status, stderr } = await next.run(service.root)
      assert.equal(status, 3)
      assert.match(
        stderr,
        /^CONFLICTS, resolve by hand: news\/NEWS\.md \(the new one is news\/NEWS\.md\.new; remove it when you have merged it\), src\/main\.ts \(line 1\)$/m,
      )
      assert.match(await service.read('README.md'), /^New in this version: nothing\.$/m)
      assert.match(
        await service.read('src/main.ts'),
        /^<<<<<<< yours\n\/\/ ours to start\n\|{7} resilient-cts .+\n=======\n\/\/ starts the service\n>>>>>>> /,
      )
    })

    it('says beforehand that it will', async () => {
      assert.equal((await next.run(service.root, ['--check'])).status, 3)
      assert.equal((await next.run(service.root, ['--dry-run'])).status, 3)
    })

    it('changes nothing while that is unresolved, and has nothing to do afterwards', async () => {
      await next.run(service.root)
      const first = await content()
      const refused = await next.run(service.root)
      assert.deepEqual(refused, {
        status: 1,
        stdout: '',
        stderr: 'Lines that mark a conflict are in src/main.ts. Resolve them, or indent them if they are meant.\n',
      })
      assert.deepEqual(differing(await content(), first), [])
      await service.edit('src/main.ts', (text) => text.replace(/<{7}[^]*>{7}.*\n/, '// ours to start\n'))
      await rm(join(service.root, 'news/NEWS.md.new'))
      assert.deepEqual((await next.run(service.root)).status, 0)
    })
  })

  it('is refused as things are, with status 1 and nothing written', async () => {
    const untouched = await content()
    await service.edit('README.md', (text) => `${text}not committed\n`)
    const dirty = await next.run(service.root)
    assert.deepEqual([dirty.status, dirty.stdout], [1, ''])
    assert.match(dirty.stderr, /^Edited and not committed, but to be merged: README\.md\. Commit first .+\n$/)
    assert.deepEqual(differing(await content(), untouched), ['README.md'])
    await service.git('checkout', '--quiet', 'README.md')

    const empty = await temporaryFolder()
    const without = await next.run(service.root, [], { PATH: empty })
    assert.match(without.stderr, /^git is not installed, and an upgrade merges and compares with it\. .+\n$/)
    assert.equal(without.status, 1)
    const searcher = await next.run(service.root, ['searcher', 'ip'])
    assert.match(searcher.stderr, /Bring the service up to date first/)
    assert.equal(searcher.status, 1)
    assert.deepEqual(differing(await content(), untouched), [])
  })

  it('does not mind other edits that are not committed', async () => {
    await service.write('scripts/ours.ts', '// not committed\n')
    await service.write('deploy/kubernetes/service.yaml', '# not committed\n')
    assert.equal((await next.run(service.root)).status, 0)
  })

  it('does without git where nothing is to be merged', async () => {
    const folder = await temporaryFolder()
    const { root } = await makeService(join(folder, 'my-cts'), '--searchers', 'url,email')
    await rm(join(root, '.git'), { recursive: true })
    const { status } = await next.run(root, [], { PATH: await temporaryFolder() })
    assert.equal(status, 0)
    assert.deepEqual(differing(await folderContent(root), made), ['.env.example'])
  })

  it('does the same in a shallow clone, in a checkout with CRLF, in a folder of a bigger repository, and without one', async () => {
    const folder = await temporaryFolder()
    await runCommand(folder, 'git', 'clone', '--quiet', '--depth', '1', `file://${worked.root}`, 'shallow')
    await cp(worked.root, join(folder, 'bare'), { recursive: true })
    await rm(join(folder, 'bare/.git'), { recursive: true })
    await cp(join(folder, 'bare'), join(folder, 'all/services/my-cts'), { recursive: true })
    const all = serviceIn(join(folder, 'all'))
    await all.git('init', '--quiet')
    await all.commit()
    for (const place of ['shallow', 'bare', 'all/services/my-cts']) {
      const { status, stderr } = await next.run(join(folder, place))
      assert.equal(status, 0, stderr)
      assert.deepEqual(differing(await folderContent(join(folder, place)), upgraded.content), [], place)
    }

    const crlf = join(folder, 'crlf')
    await mkdir(crlf)
    for (const [path, text] of Object.entries(await folderContent(worked.root))) {
      const isText = !/\.(?:gz|png)$/.test(path)
      if (isText) await serviceIn(crlf).write(path, text.replaceAll(/\r?\n/g, '\r\n'))
      else await cp(join(worked.root, path), join(crlf, path))
    }
    const { status, stderr } = await next.run(crlf)
    assert.equal(status, 0, stderr)
    assert.deepEqual(differing(await folderContent(crlf), upgraded.content), [])
    assert.doesNotMatch((await folderContent(crlf))['README.md']!, /[^\r]\n/)
  })

  it('merges a service without records, too, with one that the old version has freshly made', async () => {
    const folder = await temporaryFolder()
    await makeService(join(folder, 'old'), '--name', 'my-cts', '--searchers', 'url,email')
    // as they were before there were records
    await rm(join(service.root, '.resilient-cts'), { recursive: true })
    await service.edit('.yo-rc.json', (text) => {
      const searchers = { url: { sources: 'urlhaus', types: 'net.uri' }, email: { sources: 'blank', types: 'email' } }
      const json = JSON.parse(text) as Record<string, object>
      const answers = { 'generator-resilient-cts': { ...json['generator-resilient-cts'], searchers } }
      return `${JSON.stringify(answers, null, 2)}\n`
    })
    await service.commit()
    const without = await next.run(service.root, ['--check'])
    assert.equal(without.status, 3)
    assert.match(without.stderr, /^There is no record of what was emitted: .+ --base DIR /m)
    const { status, stderr } = await next.run(service.root, [
      '--base',
      '../../'.concat(folder.split('/').at(-1)!, '/old'),
    ])
    assert.equal(status, 0, stderr)
    assert.deepEqual(differing(await content(), upgraded.content), [])
  })
})

/** The paths of which two services have not the same; line ends, and what only one computer has, set aside. */
function differing(one: Record<string, string>, other: Record<string, string>): string[] {
  const text = (content: Record<string, string>, path: string) => content[path]?.replaceAll('\r\n', '\n')
  return Object.keys({ ...one, ...other }).filter((path) => path !== '.env' && text(one, path) !== text(other, path))
}

/** A module that kills its process once so many files have been put into place. */
function killedAfter(count: number): string {
  return `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { renameSync } = fs
let left = ${count}
fs.renameSync = (...args) => {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL')
  renameSync(...args)
}
syncBuiltinESMExports()
`
}
