import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withOwnersPackage } from '../generators/app/package-json.ts'

const ours = {
  name: 'my-cts',
  version: '0.1.0',
  description: 'New',
  engines: { node: '>=22' },
  scripts: { build: 'tsup', test: 'new' },
  dependencies: { h3: '^2.1.0', mongodb: '^7.9.0' },
}
const merged = (theirs: object) => JSON.parse(withOwnersPackage(JSON.stringify(ours), JSON.stringify(theirs))) as object

describe('the package.json of a service that is brought up to date', () => {
  it('keeps what the owner has added', () => {
    assert.deepEqual(
      merged({
        version: '3.1.4',
        repository: 'theirs',
        scripts: { deploy: 'theirs', test: 'old' },
        dependencies: { ldapts: '^8.0.0', h3: '^2.0.8' },
      }),
      {
        ...ours,
        version: '3.1.4',
        repository: 'theirs',
        scripts: { ...ours.scripts, deploy: 'theirs' },
        dependencies: { ...ours.dependencies, ldapts: '^8.0.0' },
      },
    )
  })

  it('keeps a version that is newer than ours, number by number', () => {
    const kept = (h3: string) => (merged({ dependencies: { h3 } }) as typeof ours).dependencies.h3
    assert.deepEqual(['^2.10.0', '~3.0.0', '2.1.1'].map(kept), ['^2.10.0', '~3.0.0', '2.1.1'])
    for (const older of ['^2.0.9', '^1.9.9', '2.1.0', 'latest', 'file:../h3'])
      assert.equal(kept(older), '^2.1.0', older)
  })

  it('is the owner’s to the letter where nothing of ours has changed', () => {
    const theirs = { own: true, ...ours, version: '2.0.0', scripts: { own: 'x', ...ours.scripts }, main: 'x' }
    const text = `${JSON.stringify(theirs, null, 2)}\n`
    assert.equal(withOwnersPackage(JSON.stringify(ours), text), text)
  })
})
