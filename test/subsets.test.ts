import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import prettier from 'prettier'
import type { ArtifactType } from '../generators/artifact-types.ts'
import { packageRoot } from '../generators/package-root.ts'
import { planSearcher } from '../generators/searcher/plan.ts'
import { searcherFiles } from '../generators/searcher/searcher-files.ts'
import { sources } from '../generators/sources.ts'
import { childEnvironment } from './child-environment.ts'
import { writeService } from './write-service.ts'

const run = promisify(execFile)
const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)

/** The searchers of every source for every choice of its types; of a source of many types, those of one, two and all. */
const searchers = sources.flatMap(({ id, types }) =>
  choices(types).map((chosen, index) => emitted(`${id}-${index + 1}`, id, chosen)),
)
const awkwardNames = ['x', 'class', '2fa', 'URL', 'a-name-as-long-as-a-name-may-be-', 'a_b-c']
searchers.push(...awkwardNames.map((name) => emitted(name, 'blank', ['net.uri'])))

describe('every source, for every choice of its types', () => {
  let folder: string

  before(async () => {
    folder = await writeService(searchers.map(({ plan }) => plan))
  })

  it('type-checks', async () => {
    await run(bin('tsc'), [], { cwd: folder }).catch(({ stdout }: { stdout: string }) => assert.fail(stdout))
  })

  it('lints', async () => {
    await run(bin('oxlint'), ['--deny-warnings'], { cwd: folder }).catch(({ stdout }: { stdout: string }) =>
      assert.fail(stdout),
    )
  })

  it('is formatted as prettier would', async () => {
    for (const { path, text } of searchers.flatMap(({ files }) => files)) {
      const options = { semi: false, singleQuote: true, printWidth: 120, filepath: path }
      assert.equal(text, await prettier.format(text, options), path)
    }
  })

  it('passes its own tests', async () => {
    const tried = searchers.filter(
      ({ plan: { types, source } }) => types.length === 1 || types.length === source.types.length,
    )
    const imports = tried.map(({ plan }) => `import './test/searchers/${plan.name}.test.ts'\n`)
    await writeFile(join(folder, 'every-searcher.ts'), imports.join(''))
    const { stdout } = await run(bin('tsx'), ['every-searcher.ts'], {
      cwd: folder,
      env: childEnvironment(),
      maxBuffer: 2 ** 26,
    }).catch(({ stdout }: { stdout: string }) => assert.fail(stdout.slice(-5000)))
    assert.ok(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(stdout)?.[1]) > tried.length, stdout.slice(-500))
  })
})

function emitted(name: string, source: string, types: readonly ArtifactType[]) {
  const plan = planSearcher({ name, source, types: types.join(',') })
  return { plan, files: Object.values(searcherFiles(plan)) }
}

function choices(types: readonly ArtifactType[]): ArtifactType[][] {
  if (types.length <= 5) {
    const numbers = Array.from({ length: 2 ** types.length - 1 }, (_, index) => index + 1)
    return numbers.map((bits) => types.filter((_type, place) => bits & (1 << place)))
  }
  const pairs = types.flatMap((type, index) => types.slice(index + 1, index + 3).map((other) => [type, other]))
  return [...types.map((type) => [type]), ...pairs, [...types]]
}
