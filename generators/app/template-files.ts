import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import ejs from 'ejs'
import type { EmittedFile } from '../emitted-file.ts'
import { generatorFolder } from '../package-root.ts'
import { isBinary, textOf } from '../upgrade/binary.ts'

/** What the templates may say with EJS tags. */
export interface TemplateValues {
  name: string
  description: string
  uploadFiles: boolean
}

const templates = join(generatorFolder('app'), 'templates')

/**
 * Which dependencies of a service may run a script when they are installed: without an answer npm warns. It is not in
 * the template, since npm wants it in the project's root alone, which in this repository is another package.
 */
const ALLOW_SCRIPTS = { esbuild: true, msw: false }

/** What working in the templates leaves behind. */
const LEFT_OUT = /^(?:node_modules|dist|coverage|\.cache|\.env|package-lock\.json|.*\.log|.*\.tsbuildinfo)$/

/** What is emitted with the searchers that need it: these themselves with their index, and the sources. */
const WITH_SEARCHERS = ['src/searchers', 'src/sources', 'test/sources', 'test/mocks']

/** Made from what the service holds. */
export const ENV_EXAMPLE = '.env.example'

/**
 * Every file of a new service but its searchers and sources. A name that begins with `_` begins with `.` in the
 * service, since `npm pack` would drop it. TypeScript and JSON are the code as emitted, but for the names in
 * `package.json`; pictures are emitted byte for byte; every other file is an EJS template, whose values go in as they
 * are.
 */
export function templateFiles(values: TemplateValues): EmittedFile[] {
  return filesIn(templates, templates).map((file) => ({
    path: file.replaceAll(/(^|\/)_/g, '$1.'),
    text: render(file, values),
  }))
}

/** The example of settings, before any source has put its own in. */
export function exampleFile(values: TemplateValues): string {
  return render(ENV_EXAMPLE, values)
}

/** Whether a path in the templates is no part of every service: leavings, searchers, and sources. */
export function isLeftOut(path: string): boolean {
  return LEFT_OUT.test(basename(path)) || WITH_SEARCHERS.includes(path)
}

function filesIn(folder: string, root: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = relative(root, join(folder, entry.name)).split(sep).join('/')
      if (isLeftOut(path)) return []
      return entry.isDirectory() ? filesIn(join(folder, entry.name), root) : [path]
    })
}

function render(path: string, values: TemplateValues): string {
  const text = textOf(path, readFileSync(join(templates, path)))!
  if (isBinary(path)) return text
  if (path === 'package.json') {
    const { name, description } = values
    const adapted = { ...(JSON.parse(text) as object), name, description, allowScripts: ALLOW_SCRIPTS }
    return `${JSON.stringify(adapted, null, 2)}\n`
  }
  return /\.(?:ts|json)$/.test(path) ? text : ejs.render(text, values, { escape: String })
}
