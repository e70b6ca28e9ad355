import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { packageRoot, packageVersion } from '../../generators/package-root.ts'
import { type Outcome, callCli, runNode } from '../generators/cli.ts'

/** The version after this one. */
export const NEXT = packageVersion.replace(/^(\d+)\.(\d+)\..*$/, (_version, major, minor) => `${major}.${+minor + 1}.0`)

/** A generator of the next version. */
export interface NextVersion {
  folder: string
  /** Runs its bin, in a process that other runs share. */
  run(cwd: string, args?: readonly string[], env?: Record<string, string>): Promise<Outcome>
  /** Runs it in a process of its own. */
  runAlone(cwd: string, env: Record<string, string>): Promise<Outcome>
}

const LEFT_OUT = ['node_modules', 'dist', 'coverage', '.env']

/**
 * Writes a generator of the next version into a folder: this one as it is built, with changes in files that a service
 * has, a file more, two that have moved, and two that are gone.
 */
export async function writeNextVersion(folder: string): Promise<NextVersion> {
  const templates = join(folder, 'generators/app/templates')
  for (const part of ['package.json', 'dist', 'generators']) {
    const filter = (path: string) => path === join(packageRoot, part) || !LEFT_OUT.includes(basename(path))
    await cp(join(packageRoot, part), join(folder, part), { recursive: true, filter })
  }
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))

  const change = async (path: string, [place, text]: readonly [RegExp | string, string]) => {
    const file = join(folder, path)
    const before = await readFile(file, 'utf8')
    const after = before.replace(place, () => text)
    if (after === before) throw new Error(`${path} has no ${String(place)}.`)
    await writeFile(file, after)
  }
  const inTemplates = 'generators/app/templates'
  await change('package.json', [`"version": "${packageVersion}"`, `"version": "${NEXT}"`])
  await change(`${inTemplates}/package.json`, ['"test": "tsx test/run.ts"', '"test": "tsx test/run.ts --all"'])
  await change(`${inTemplates}/package.json`, [/"lint": /, '"audit": "npm audit",\n    "lint": '])
  await change(`${inTemplates}/README.md`, ['\n## Run it\n', '\nNew in this version: nothing.\n\n## Run it\n'])
  await change(`${inTemplates}/SECURITY.md`, ['# Security\n', '# The security of this service\n'])
  await change(`${inTemplates}/src/main.ts`, [/^/, '// starts the service\n'])
  await change(`${inTemplates}/src/sources/urlhaus.ts`, ['that spread malware', 'that spread or have spread malware'])
  await change(`${inTemplates}/deploy/kubernetes/namespace.yaml`, [/^/, '# where it all is\n'])
  await change(`${inTemplates}/.env.example`, [/$/, '\n# Whether there is anything new\nCTS_NEW=1\n'])
  await change('dist/generators/searcher/searcher-files.js', [
    '  describeDispatch(',
    '  // all of it\n  describeDispatch(',
  ])

  await mkdir(join(templates, 'news'))
  await writeFile(join(templates, 'news/NEWS.md'), '# News\n')
  await rm(join(templates, 'deploy/caddy'), { recursive: true })
  await rm(join(templates, 'deploy/systemd'), { recursive: true })
  await mkdir(join(templates, 'deploy/alerts'))
  await rename(join(templates, 'deploy/prometheus/alerts.yml'), join(templates, 'deploy/alerts/alerts.yml'))
  await mkdir(join(templates, 'scripts/demo'))
  await rename(join(templates, 'scripts/hit-table.ts'), join(templates, 'scripts/demo/hit-table.ts'))
  await change(`${inTemplates}/scripts/demo/hit-table.ts`, [/(?<=from ')\.\.\//g, '../../'])
  await change(`${inTemplates}/scripts/demo.ts`, ["'./hit-table.ts'", "'./demo/hit-table.ts'"])
  await change('dist/generators/upgrade/layout-changes.js', [/\[\]/, JSON.stringify([LAYOUT_CHANGE])])
  const cli = join(folder, 'dist/generators/cli.js')
  return {
    folder,
    run: (cwd, args = [], env = {}) => callCli(cwd, args, env, cli),
    runAlone: (cwd, env) => runNode(cwd, [cli], env),
  }
}

const LAYOUT_CHANGE = {
  version: NEXT,
  moves: {
    'scripts/hit-table.ts': 'scripts/demo/hit-table.ts',
    'deploy/prometheus/alerts.yml': 'deploy/alerts/alerts.yml',
  },
  drops: ['deploy/caddy/Caddyfile', 'deploy/systemd/cts.service'],
}
