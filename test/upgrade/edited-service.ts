import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { callCli } from '../generators/cli.ts'
import { runCommand } from '../run-command.ts'

/** A service of this version, in which its owner has worked. */
export interface EditedService {
  root: string
  read(path: string): Promise<string>
  write(path: string, text: string): Promise<void>
  edit(path: string, change: (text: string) => string): Promise<void>
  git(...args: string[]): Promise<string>
  /** Commits all that has changed. */
  commit(): Promise<void>
}

/** Makes a service as it comes, in a repository with one commit. */
export async function makeService(root: string, ...options: string[]): Promise<EditedService> {
  await mkdir(dirname(root), { recursive: true })
  const { status, stderr } = await callCli(dirname(root), [root, '--skip-install', '--skip-git', ...options])
  if (status !== 0) throw new Error(stderr)
  const service = serviceIn(root)
  await service.git('init', '--quiet')
  await service.commit()
  return service
}

/** The service in a folder. */
export function serviceIn(root: string): EditedService {
  const read = (path: string) => readFile(join(root, path), 'utf8')
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const who = ['user.name=Owner', 'user.email=owner@example.com', 'commit.gpgsign=false']
  const git = (...args: string[]) => runCommand(root, 'git', ...who.flatMap((setting) => ['-c', setting]), ...args)
  return {
    root,
    read,
    write,
    git,
    async edit(path, change) {
      const before = await read(path)
      const after = change(before)
      if (after === before) throw new Error(`${path} is not as expected.`)
      await write(path, after)
    },
    async commit() {
      await git('add', '--all')
      await git('commit', '--quiet', '--message', 'Work')
    },
  }
}

/** What an owner does in ten places, none of which the next version touches in the same lines. */
export async function work({ root, edit, write, commit }: EditedService): Promise<void> {
  const append = (text: string) => (before: string) => `${before}${text}`
  await edit('README.md', append('\n## Ours\n'))
  await edit('src/sources/urlhaus.ts', (text) => text.replace("freeQuota: 'fair use'", "freeQuota: 'ours'"))
  await edit('src/searchers/url.ts', (text) => text.replace('\n})', '\n  // ours\n})'))
  await edit('scripts/hit-table.ts', append('\n/** Ours. */\nexport const SECOND = 1000\n'))
  await write('scripts/ours.ts', "import { SECOND } from './hit-table.ts'\n\nexport const MINUTE = 60 * SECOND\n")
  await edit('package.json', (text) =>
    text
      .replace(
        '"test": "tsx test/run.ts"',
        '"test": "npm run typecheck && tsx test/run.ts",\n    "deploy": "./deploy.sh"',
      )
      .replace('"mongodb":', '"ldapts": "^8.0.0",\n    "mongodb":'),
  )
  await edit('deploy/systemd/cts.service', append('# ours\n'))
  await rm(join(root, 'deploy/kubernetes'), { recursive: true })
  await edit('.env.example', append('\n# Ours\nINTRANET_URL=\n'))
  await edit('SECURITY.md', (text) => text.replaceAll('\n', '\r\n'))
  await commit()
}

/** Edits that the next version has something else in the place of. */
export async function clash({ edit, write, commit }: EditedService): Promise<void> {
  await edit('src/main.ts', (text) => `// ours to start\n${text}`)
  await write('news/NEWS.md', '# Our news\n')
  await commit()
}
