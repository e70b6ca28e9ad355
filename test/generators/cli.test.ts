import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify, stripVTControlCharacters } from 'node:util'
import { packageRoot, packageVersion } from '../../generators/package-root.ts'
import { childEnvironment } from '../child-environment.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type User, callCli, runCli } from './cli.ts'

/** Runs a command with a terminal of its own; of util-linux. */
const SCRIPT = '/usr/bin/script'

const NO_ORDINARY_USER = 'there is no ordinary user who can read this repository'
const nobody = ordinaryUser()

/** Who is not root; `undefined` if only root can run the bin. */
function ordinaryUser(): User | undefined {
  if (process.getuid?.() !== 0) return {}
  const user = { uid: 65_534, gid: 65_534 }
  const { status } = spawnSync(process.execPath, [join(packageRoot, 'dist/generators/cli.js'), '--version'], user)
  return status === 0 ? user : undefined
}

const git = async (cwd: string, ...args: string[]) => (await promisify(execFile)('git', args, { cwd })).stdout.trim()

describe('the bin', { concurrency: 2 }, () => {
  /** A folder for each test, since they run side by side. */
  const makeFolder = async () => {
    const cwd = await temporaryFolder()
    await chmod(cwd, 0o755)
    await mkdir(join(cwd, 'others'), { mode: 0o555 })
    await mkdir(join(cwd, 'full'))
    await writeFile(join(cwd, 'full/README.md'), '')
    await writeFile(join(cwd, 'file'), '')
    await mkdir(join(cwd, 'broken'))
    await writeFile(join(cwd, 'broken/.yo-rc.json'), '{')
    for (const [folder, answers] of Object.entries({
      none: 'null',
      list: '[]',
      odd: '{ "generator-resilient-cts": { "name": "My CTS; $(rm)" } }',
      two: '{ "generator-resilient-cts": { "name": "two", "description": "a\\nb" } }',
      types:
        '{ "generator-resilient-cts": { "name": "t", "searchers": { "ip": { "types": "net.ip\\u0027", "sources": "" } } } }',
    })) {
      await mkdir(join(cwd, folder))
      await writeFile(join(cwd, folder, '.yo-rc.json'), answers)
    }
    await mkdir(join(cwd, 'service'))
    await writeFile(join(cwd, 'service/.yo-rc.json'), '{ "generator-resilient-cts": { "name": "service" } }')
    return cwd
  }

  const inFolder: [string, string[], string][] = [
    ['an unknown option', ['cts', '--serchers=url'], 'Option "--serchers" is not known. Did you mean "--searchers"?'],
    ['an option without its value', ['cts', '--name'], '--name needs a value: --name NAME.'],
    [
      'a name that names no package',
      ['cts', '--name', '../cts'],
      '"../cts" cannot name a package, an image and a database.',
    ],
    ['a description of two lines', ['cts', '--description', 'a\nb'], 'The description "a\nb" holds line breaks'],
    ['an unknown searcher', ['cts', '--searchers', 'url,hsah'], 'Searcher "hsah" is not known. Did you mean "hash"?'],
    ['an unknown source', ['cts', '--sources', 'nvdd'], 'Source "nvdd" is not known. Did you mean "nvd"?'],
    [
      'a source that no searcher asks',
      ['cts', '--sources', 'nvd'],
      'Source "nvd" looks up nothing that the searchers are for',
    ],
    ['no searcher', ['cts', '--searchers='], '"" names no searcher. Name at least one, such as url.'],
    [
      'a demo without dependencies',
      ['cts', '--demo', '--skip-install'],
      '--demo needs the dependencies that --skip-install',
    ],
    ['a second directory', ['cts', 'other'], 'The argument "other" is one too many: one directory is enough.'],
    ['a directory like an option', ['--', '-dash'], '"-dash" begins with "-", as an option does. A directory of that'],
    ['a directory that makes no name', ['§§§'], 'makes no name for a service. Give one with --name.'],
    ['--check outside of a service', ['cts', '--check'], '--check is for a service, and "'],
    ['--json without --check', ['service', '--json'], '--json is of --check. Add --check, or leave it out.'],
    [
      '--check with --diff',
      ['service', '--check', '--diff'],
      '--check and --diff are two questions. Ask one at a time.',
    ],
    ['--edits without --diff', ['service', '--edits'], '--edits is of --diff. Add --diff, or leave it out.'],
    [
      'a base that is no service',
      ['service', '--base', 'full'],
      'full" holds no service. Name with --base one that is',
    ],
    [
      'a directory with something else in it',
      ['full'],
      'is not empty, and what it holds is no service of this generator.',
    ],
    ['a file in the place of a directory', ['file'], 'file" is a file. Name a directory.'],
    ['a directory below a file', ['file/a/b'], 'file" is a file, so nothing can be below it. Name another directory.'],
    [
      'a service within one',
      ['service/ip'],
      'service", which is one. A searcher is added with "searcher NAME". Name a directory elsewhere, or',
    ],
    ['answers that are no JSON', ['broken'], 'broken/.yo-rc.json" is no JSON: '],
    ['answers that are null', ['none'], 'none/.yo-rc.json" is no JSON object. Mend it, or take it from git.'],
    ['answers that are a list', ['list'], 'list/.yo-rc.json" is no JSON object. Mend it, or take it from git.'],
    ['answers with an odd name', ['odd'], 'odd/.yo-rc.json" is not as it was written: "My CTS; $(rm)" cannot name a'],
    ['answers of two lines', ['two'], 'is not as it was written: The description "a\nb" holds'],
    ['answers with an odd type', ['types'], 'is not as it was written: Artifact type "net.ip\'" is not known.'],
    [
      'a searcher outside of a service',
      ['searcher', 'ip'],
      "is in no service of this generator. Change to a service's folder",
    ],
  ]
  // in which mkdir says ENOENT, whoever asks
  if (existsSync('/proc/self')) {
    inFolder.push(['a directory where there can be none', ['/proc/nope/cts'], '"/proc/nope/cts" cannot be written: '])
  }
  const inService: [string, string[], string][] = [
    ['no name', ['searcher'], 'No searcher is named. Name one, such as "resilient-cts searcher ip".'],
    [
      'a name that names no file',
      ['searcher', '../ip', '--types=net.ip'],
      '"../ip" cannot name a searcher and its file.',
    ],
    [
      'the name of the index',
      ['searcher', 'index', '--types=net.ip'],
      '"index" cannot name a searcher: src/searchers/index.ts',
    ],
    [
      'a name without types',
      ['searcher', 'intranet'],
      'The name "intranet" does not say what it looks up. Add its artifact types',
    ],
    [
      'an unknown type',
      ['searcher', 'x', '--types', 'net.url'],
      'Artifact type "net.url" is not known. Did you mean "net.uri"?',
    ],
    [
      'an unknown source',
      ['searcher', 'ip', '--source', 'abuseipd'],
      'Source "abuseipd" is not known. Did you mean "abuseipdb"?',
    ],
    [
      'a source that looks up something else',
      ['searcher', 'cve', '--source', 'urlhaus'],
      'Source "urlhaus" looks up none of threat.report.cve, only',
    ],
    [
      'a type that no source looks up',
      ['searcher', 'x', '--source', 'greynoise', '--types', 'net.ip,net.mac'],
      'Type "net.mac" is looked up by none of greynoise.',
    ],
    ['an unknown reach', ['searcher', 'x', '--types=net.ip', '--reach=public'], 'Reach "public" is not known.'],
    [
      'the option of the other command',
      ['searcher', 'ip', '--sources=urlhaus'],
      'Option "--sources" is not known. Did you mean "--source"?',
    ],
  ]

  for (const [folder, cases] of [
    ['', inFolder],
    ['service', inService],
  ] as const) {
    for (const [what, args, sentence] of cases) {
      it(`ends with 1, one sentence and nothing written for ${what}`, async () => {
        const cwd = await makeFolder()
        const content = await folderContent(cwd)
        const folders = await readdir(cwd)
        const { status, stdout, stderr } = await callCli(join(cwd, folder), args)
        assert.ok(stderr.includes(sentence), stderr)
        assert.deepEqual([status, stdout, stderr.includes('    at ')], [1, '', false])
        assert.ok(stderr.trim().split('\n').length <= (sentence.includes('\n') ? 2 : 1), stderr)
        assert.deepEqual([await folderContent(cwd), await readdir(cwd)], [content, folders])
      })
    }
  }

  it(
    'says which folder may not be written, and writes nothing',
    { skip: nobody ? false : NO_ORDINARY_USER },
    async () => {
      const cwd = await makeFolder()
      const others = join(cwd, 'others')
      const { status, stdout, stderr } = await runCli(cwd, ['others/a/b', '--skip-install'], {}, nobody)
      assert.equal(
        stderr,
        `"${others}/a/b" cannot be written: you may not write into ${others}. Name a directory that you may write.\n`,
      )
      assert.deepEqual([status, stdout, await readdir(others)], [1, '', []])
    },
  )

  it('does so in a process of its own, too', async () => {
    const cwd = await temporaryFolder()
    assert.deepEqual(await runCli(cwd, ['cts', '--searchers', 'url,hsah']), {
      status: 1,
      stdout: '',
      stderr:
        'Searcher "hsah" is not known. Did you mean "hash"? Others are added afterwards: resilient-cts searcher hsah --types …\n',
    })
  })

  it('tells its options and its version', async () => {
    const cwd = await temporaryFolder()
    const app = await runCli(cwd, ['--help'])
    assert.deepEqual([app.status, app.stderr], [0, ''])
    for (const option of [
      '--name NAME',
      '--searchers LIST',
      '--sources LIST',
      '--upload-files',
      '--demo',
      '-y, --yes',
      '--dry-run',
    ]) {
      assert.ok(app.stdout.includes(option), option)
    }
    const searcher = await runCli(cwd, ['searcher', '--help'])
    for (const option of ['--types LIST', '--source LIST', '--reach own|query', '-f, --force', 'greynoise'])
      assert.ok(searcher.stdout.includes(option), option)
    assert.deepEqual(await runCli(cwd, ['--version']), { status: 0, stdout: `${packageVersion}\n`, stderr: '' })
  })
})

describe('the bin, with nobody at a terminal', () => {
  let cwd: string
  let service: string

  before(async () => {
    cwd = await temporaryFolder()
    service = join(cwd, 'my-cts')
    await writeFile(join(cwd, '.gitconfig'), '[user]\nname = Owner\nemail = owner@example.com\n')
  })

  it('makes a service with the defaults, in a repository with a first commit', async () => {
    const { status, stderr } = await callCli(cwd, ['my-cts', '--skip-install'])
    assert.equal(status, 0, stderr)
    assert.match(
      stderr,
      /^Wrote \d+ files: .+, src\/core \d+, src\/searchers 2, .+\.\nmy-cts is in .+\/my-cts; searchers: url/,
    )
    assert.match(stderr, /^ {2}node \S+\/dist\/generators\/cli\.js searcher ip /m)
    assert.equal((await stat(join(service, '.env'))).mode & 0o777, 0o600)
    assert.match(stderr, /^ {2}cd my-cts && npm install && npm run demo /m)
    assert.doesNotMatch(stderr, /package manager\. Falling back/)
    assert.equal(await git(service, 'log', '--format=%an: %s'), 'Owner: Add my-cts, made by generator-resilient-cts')
    assert.equal(await git(service, 'symbolic-ref', '--short', 'HEAD'), 'main')
    assert.equal(await git(service, 'status', '--porcelain'), '')
    assert.equal(await git(service, 'check-ignore', '.env'), '.env')
  })

  it('makes a service in a folder with spaces and umlauts, and says how to get there', async () => {
    const { status, stderr } = await callCli(cwd, ['Mein Dienst/Übung "1"', '--skip-install', '--skip-git'])
    assert.equal(status, 0, stderr)
    assert.ok(stderr.includes(String.raw`  cd "Mein Dienst/Übung \"1\"" && npm install && npm run demo `), stderr)
    assert.ok((await readdir(join(cwd, 'Mein Dienst/Übung "1"'))).includes('package.json'))
    await rm(join(cwd, 'Mein Dienst'), { recursive: true })
  })

  it('is npm start in a clone, from wherever that is called', async () => {
    const args = ['--silent', '--prefix', packageRoot, 'start', '--', 'from here', '--skip-install', '--skip-git']
    await promisify(execFile)('npm', args, { cwd, env: childEnvironment({ HOME: cwd }) })
    assert.ok((await readdir(join(cwd, 'from here'))).includes('package.json'))
    await rm(join(cwd, 'from here'), { recursive: true })
  })

  it('leaves a service that is up to date as its owner has it, says so, and ends with 0', async () => {
    await writeFile(join(service, 'README.md'), 'mine\n')
    const before = await folderContent(service)
    const { status, stdout, stderr } = await callCli(cwd, ['my-cts', '--skip-install'])
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 0, stdout: '', stderr: `my-cts is up to date: ${packageVersion}.\n` },
    )
    assert.deepEqual(await folderContent(service), before)
    assert.equal((await callCli(service, ['--check'])).status, 0)
  })

  it('brings the service of the default name up to date where none is named, and makes none over it', async () => {
    await writeFile(join(service, 'src/main.ts'), '// mine\n')
    const before = await folderContent(service)
    for (const args of [['--skip-install'], ['--skip-install', '--yes'], ['--skip-install', '--force']]) {
      const { status, stderr } = await callCli(cwd, args)
      assert.deepEqual([status, stderr], [0, `my-cts is up to date: ${packageVersion}.\n`])
      assert.deepEqual(await folderContent(service), before)
    }
  })

  it('says in its own words what is wrong with files that Yeoman reads, too', async () => {
    const json = await readFile(join(service, 'package.json'), 'utf8')
    const answers = await readFile(join(service, '.yo-rc.json'), 'utf8')
    await writeFile(join(service, 'package.json'), '[]')
    const odd = await callCli(service, ['--description', 'Another'])
    assert.deepEqual(
      [odd.status, odd.stderr],
      [1, '"package.json" is no JSON: it is no object. Mend it, or take it from git.\n'],
    )
    for (const text of ['null', '[]', '{']) {
      await writeFile(join(service, '.yo-rc.json'), text)
      const { status, stderr } = await callCli(service, ['--check'])
      assert.match(stderr, /^".+\/my-cts\/\.yo-rc\.json" is no JSON.* Mend it, or take it from git\.\n$/)
      assert.equal(status, 1)
    }
    await writeFile(join(service, 'package.json'), json)
    await writeFile(join(service, '.yo-rc.json'), answers)
  })

  it('says that it shows no demo of a service that was there already', async () => {
    const { status, stderr } = await callCli(cwd, ['my-cts', '--demo'])
    assert.deepEqual(
      [status, stderr],
      [
        0,
        `my-cts is up to date: ${packageVersion}.\nNo demo: the service was there already. In it, "npm run demo" shows one.\n`,
      ],
    )
  })

  it('takes a folder of a service for the service, and makes none in it', async () => {
    const before = await folderContent(service)
    const { status, stderr } = await callCli(join(service, 'src'), ['--skip-install'])
    assert.deepEqual([status, stderr], [0, `my-cts is up to date: ${packageVersion}.\n`])
    assert.deepEqual(await folderContent(service), before)
  })

  it('installs what development needs, also where the environment is that of production', async () => {
    await mkdir(join(cwd, 'bin'))
    await writeFile(join(cwd, 'bin/npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 })
    const env = { NODE_ENV: 'production', PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}` }
    const { status, stdout, stderr } = await runCli(cwd, ['installed', '--skip-git'], env)
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^npm install --include=dev --no-fund$/m)
    for (const made of ['bin', 'installed']) await rm(join(cwd, made), { recursive: true })
  })

  it('completes an installation that was cut off, with all that comes after it', async () => {
    await mkdir(join(cwd, 'bin'))
    const npm = (script: string) => writeFile(join(cwd, 'bin/npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const env = { PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}` }
    await npm('kill -9 $PPID')
    assert.equal((await runCli(cwd, ['cut'], env)).status, null)
    await npm('echo "npm $*"')
    const { status, stdout, stderr } = await runCli(cwd, ['cut'], env)
    assert.equal(status, 0, stderr)
    assert.equal(stdout, 'npm install --include=dev --no-fund\n')
    assert.match(stderr, /^cut is up to date: .+\nInstalling its dependencies with npm install …\ncut is in .+\/cut; /)
    assert.equal(await git(join(cwd, 'cut'), 'log', '--format=%s'), 'Add cut, made by generator-resilient-cts')
    assert.equal((await runCli(cwd, ['cut'], env)).stdout, '')
    for (const made of ['bin', 'cut']) await rm(join(cwd, made), { recursive: true })
  })

  it('adds a searcher, and the second time changes nothing', async () => {
    const first = await callCli(service, ['searcher', 'ip'])
    assert.equal(first.status, 0, first.stderr)
    assert.match(first.stderr, /^Searcher ip asks abuseipdb about net\.ip\.$/m)
    const content = await folderContent(service)
    const second = await callCli(service, ['searcher', 'ip'])
    assert.equal(second.status, 0)
    assert.match(second.stderr, /^It was there already: nothing has changed\.$/m)
    assert.deepEqual(await folderContent(service), content)
  })

  it('says which sources its sources ask in turn', async () => {
    const { status, stderr } = await callCli(service, ['searcher', 'cve', '--dry-run'])
    assert.equal(status, 0)
    assert.ok(
      stderr.startsWith(`
Searcher cve asks nvd about threat.report.cve.
nvd asks EPSS (FIRST) too: its operator learns each artifact.
`),
      stderr,
    )
  })

  it('prints the lines for a searcher whose list its owner has made of something else', async () => {
    const path = join(service, 'src/searchers/ip.ts')
    await writeFile(path, (await readFile(path, 'utf8')).replace('[abuseipdb]', '[...[abuseipdb]]'))
    const { status, stderr } = await callCli(service, ['searcher', 'ip', '--source', 'greynoise'])
    assert.equal(status, 0)
    assert.doesNotMatch(stderr, /^Searcher ip asks/m)
    assert.match(
      stderr,
      /^src\/searchers\/ip\.ts is not as it was made\. .+\nimport \{ greynoise \} from '\.\.\/sources\/greynoise\.ts'\n {2}sources: \[\.\.\., greynoise\],$/m,
    )
  })

  it('has nothing to say of such a list where nothing is added', async () => {
    const { status, stderr } = await callCli(service, ['searcher', 'ip'])
    assert.deepEqual([status, stderr], [0, '\nIt was there already: nothing has changed.\n'])
  })

  it('says what the list of a searcher really has', async () => {
    const path = join(service, 'src/searchers/url.ts')
    const code = await readFile(path, 'utf8')
    // of the service's own, though there is a ready-made one of that name
    await writeFile(join(service, 'src/sources/otx.ts'), 'export const otx = defineSource({})\n')
    const first = await callCli(service, ['searcher', 'url', '--source', 'virustotal,otx'])
    assert.match(first.stderr, /^Fill in \.env: VIRUSTOTAL_API_KEY\.$/m)
    await writeFile(path, (await readFile(path, 'utf8')).replace('virustotal, ', '').replace("'net.uri'", "'net.name'"))
    const { status, stderr } = await callCli(service, ['searcher', 'url', '--source', 'otx'])
    assert.equal(status, 0)
    assert.equal(
      stderr,
      '\nSearcher url asks urlhaus, otx about net.name.\nIt was there already: nothing has changed.\n',
    )
    await writeFile(path, code)
  })

  it('says alone what is in the way', async () => {
    await mkdir(join(service, 'test/mocks/nvd.ts'))
    const outcome = await callCli(service, ['searcher', 'cve'])
    assert.deepEqual(outcome, {
      status: 1,
      stdout: '',
      stderr: '"test/mocks/nvd.ts" is a folder, where the generator has a file. Rename it.\n',
    })
    await rmdir(join(service, 'test/mocks/nvd.ts'))
  })

  it('names no setting to fill in that has its value', async () => {
    const { status, stderr } = await callCli(service, ['searcher', 'lists'])
    assert.equal(status, 0)
    assert.match(await readFile(join(service, '.env'), 'utf8'), /^CTS_LISTS=lists$/m)
    assert.doesNotMatch(stderr, /Fill in/)
    assert.match(stderr, /^Next: npm test$/m)
  })

  it('prints the lines for an index that the owner keeps by hand', async () => {
    await writeFile(join(service, 'src/searchers/index.ts'), 'export const searchers = []\n')
    const { status, stderr } = await callCli(service, ['searcher', 'domain'])
    assert.equal(status, 0)
    assert.match(
      stderr,
      /^src\/searchers\/index\.ts is kept by hand\..+\nimport \{ searcher as searcher_domain \} from '\.\/domain\.ts'\n {2}searcher_domain,$/m,
    )
  })

  it('shows in a dry run what it would write, and writes nothing', async () => {
    const before = await readdir(cwd)
    const { status, stderr } = await callCli(cwd, ['dry', '--dry-run'])
    assert.equal(status, 0)
    assert.match(stderr, /^ {2}add +src\/main\.ts$/m)
    assert.match(stderr, /^Nothing was written: this was a dry run\.$/m)
    assert.doesNotMatch(stderr, /install/)
    assert.deepEqual(await readdir(cwd), before)
  })

  it('says that git does not know its user, and makes the service all the same', async () => {
    await writeFile(join(cwd, '.gitconfig'), '[user]\nuseConfigOnly = true\n')
    const { status, stderr } = await callCli(cwd, ['nobody', '--skip-install'])
    assert.equal(status, 0)
    assert.match(
      stderr,
      /^git has not made the first commit\. It says: .+\. Set git config --global user\.name and user\.email right, then run in it: git commit -m "Add nobody"$/m,
    )
    assert.ok((await readdir(join(cwd, 'nobody'))).includes('package.json'))
  })
})

describe('the bin, at a terminal', { skip: existsSync(SCRIPT) ? false : `${SCRIPT} is not there` }, () => {
  it('ends with one line and the status of an interrupt when Ctrl-C answers a question', async () => {
    const cwd = await temporaryFolder()
    const cli = `'${process.execPath}' '${join(packageRoot, 'dist/generators/cli.js')}'`
    const child = spawn(SCRIPT, ['-qec', cli, '/dev/null'], { cwd, env: childEnvironment({ HOME: cwd }) })
    let shown = ''
    child.stdout.on('data', (data) => {
      const isAsked = shown.includes('Name of the service')
      shown += stripVTControlCharacters(String(data))
      // a prompt listens once it is drawn
      if (!isAsked && shown.includes('Name of the service')) setImmediate(() => child.stdin.write('\x03'))
    })
    const [status] = (await once(child, 'close')) as [number]
    assert.equal(status, 130)
    assert.equal(shown.trim().split(/\r?\n/).at(-1)?.trim(), 'Stopped: nothing was written.')
    assert.deepEqual(await readdir(cwd), [])
  })
})
