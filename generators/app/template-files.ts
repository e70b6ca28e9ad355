import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import ejs from 'ejs'
import { generatorFolder } from '../package-root.ts'

/** What the templates may say with EJS tags. */
export interface TemplateValues {
  name: string
  description: string
  uploadFiles: boolean
}

/** A file to emit: its path from the service's folder, with slashes, and its text. */
export interface EmittedFile {
  path: string
  text: string
}

/**
 * Which dependencies of a service may run a script when they are installed: without an answer npm warns. It is not in
 * the template, since npm wants it in the project's root alone, which in this repository is another package.
 */
const ALLOW_SCRIPTS = { esbuild: true, msw: false }

/** What working in the templates leaves behind. */
const LEFT_OUT = /^(?:node_modules|dist|coverage|\.cache|\.env|package-lock\.json|.*\.log|.*\.tsbuildinfo)$/

/**
 * Every file of a new service but its searchers and their index. A name that begins with `_` begins with `.` in the
 * service, since `npm pack` would drop it. TypeScript and JSON are the code as emitted, but for the names in
 * `package.json`; every other file is an EJS template, whose values go in as they are.
 */
export function templateFiles(values: TemplateValues): EmittedFile[] {
  const folder = join(generatorFolder('app'), 'templates')
  return filesIn(folder, folder).map((file) => ({
    path: file.replaceAll(/(^|\/)_/g, '$1.'),
    text: render(file, readFileSync(join(folder, file), 'utf8'), values),
  }))
}

/** Whether a path in the templates is not emitted: leavings, and the searchers, which the other generator makes. */
export function isLeftOut(path: string): boolean {
  return LEFT_OUT.test(basename(path)) || path === 'src/searchers'
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

function render(path: string, text: string, values: TemplateValues): string {
  if (path === 'package.json') {
    const { name, description } = values
    const adapted = { ...(JSON.parse(text) as object), name, description, allowScripts: ALLOW_SCRIPTS }
    return `${JSON.stringify(adapted, null, 2)}\n`
  }
  return /\.(?:ts|json)$/.test(path) ? text : ejs.render(text, values, { escape: String })
}
