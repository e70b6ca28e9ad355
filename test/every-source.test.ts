import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import prettier from 'prettier'
import { artifactTypes } from '../generators/artifact-types.ts'
import { packageRoot } from '../generators/package-root.ts'
import { type SearcherWish, planSearcher } from '../generators/searcher/plan.ts'
import { searcherFiles, sourceFiles, withAsked } from '../generators/searcher/searcher-files.ts'
import { sourceIds, sources } from '../generators/source-list.ts'
import { usualSearchers } from '../generators/usual-searchers.ts'
import { childEnvironment } from './child-environment.ts'
import { writeService } from './write-service.ts'

const run = promisify(execFile)
const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)

const able = sources.filter(({ types }) => types.length > 0)
const awkwardNames = [
  'x',
  'class',
  '2fa',
  'URL-2',
  'define',
  'text',
  'a-name-as-long-as-a-name-may-be-',
  'a'.repeat(32),
  'a_b-c',
]
const wishes: SearcherWish[] = [
  ...usualSearchers.map(({ name }) => ({ name })),
  ...able.flatMap(({ id, types }) => [
    { name: `all-${id}`, sources: id },
    ...types.map((type, index) => ({ name: `${id}-${index}`, sources: id, types: type })),
  ]),
  { name: 'everything', sources: sourceIds.join(',') },
  { name: 'anything', types: artifactTypes.join(','), sources: 'blank', reach: 'own' },
  ...awkwardNames.map((name) => ({ name, types: 'net.uri,net.mac' })),
]
const plans = wishes.map((wish) => planSearcher(wish))

describe('every source, in searchers of each of its types and of all of them', () => {
  let folder: string
  const passes = (name: string, ...args: string[]) =>
    run(bin(name), args, { cwd: folder, env: childEnvironment(), maxBuffer: 2 ** 26 }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => assert.fail(`${stdout.slice(-5000)}${stderr}`),
    )

  before(async () => {
    folder = await writeService(plans)
  })

  it('type-checks', async () => void (await passes('tsc')))

  it('lints', async () => void (await passes('oxlint', '--deny-warnings')))

  it('is formatted as prettier would', async () => {
    const files = plans.flatMap((plan) => [
      ...searcherFiles(plan),
      ...withAsked(plan.sources).flatMap((id) => sourceFiles(plan, id)),
    ])
    for (const [path, text] of new Map(files.map((file) => [file.path, file.text]))) {
      const options = { semi: false, singleQuote: true, printWidth: 120, filepath: path }
      assert.equal(text, await prettier.format(text, options), path)
    }
  })

  it('passes its own tests', async () => {
    const tests = ['sources', 'searchers'].map((name) => readdir(join(folder, 'test', name)))
    const [ofSources, ofSearchers] = await Promise.all(tests)
    const { stdout } = await passes('tsx', 'test/run.ts', 'sources/', 'searchers/')
    const passed = Number(/^(?:#|ℹ) pass (\d+)$/m.exec(stdout)?.[1])
    assert.ok(passed > ofSources!.length + ofSearchers!.length, stdout.slice(-500))
  })
})
