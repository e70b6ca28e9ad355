import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { planOf } from './service-on-disk.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** An edit: some lines from a place on go, and as many as `added` come. */
const edit = fc.record({ at: fc.nat(40), removed: fc.nat(3), added: fc.nat(3) })
const edits = fc.array(edit, { minLength: 1, maxLength: 3 })
/** Lines of code: many that differ, and some that return, as braces and empty lines do. */
const line = fc.oneof({ weight: 3, arbitrary: fc.nat(10_000).map(String) }, fc.constantFrom('', '}'))
const lines = fc.array(line, { minLength: 1, maxLength: 40 })

type Edits = readonly { at: number; removed: number; added: number }[]

/** A text with edits, whose new lines are in no other text. */
function edited(base: readonly string[], changes: Edits, author: string): string[] {
  const text = [...base]
  for (const [index, { at, removed, added }] of changes.entries()) {
    const fresh = Array.from({ length: added }, (_none, place) => `${author} ${index}.${place}`)
    text.splice(at % (text.length + 1), removed, ...fresh)
  }
  return text
}

const textOf = (some: readonly string[], end: string) => (some.length === 0 ? '' : `${some.join(end)}${end}`)

describe('of 300 random pairs of edits', () => {
  it('no line is lost, and what git merges cleanly is merged as git does', async () => {
    const folder = await temporaryFolder()
    const seen = { clean: 0, conflicts: 0 }
    const property = fc.property(lines, edits, edits, fc.constantFrom('\n', '\r\n'), (base, mine, newer, end) => {
      const [ours, fresh] = [edited(base, mine, 'mine'), edited(base, newer, 'newer')]
      const texts = { ours: textOf(ours, '\n'), base: textOf(base, '\n'), fresh: textOf(fresh, '\n') }
      fc.pre(texts.ours !== '' && texts.fresh !== '')
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
      const git = spawnSync('git', ['merge-file', '-p', '--diff3', 'ours', 'base', 'fresh'], {
        cwd: folder,
        encoding: 'utf8',
      })

      const disk = { f: textOf(ours, end) }
      const plan = planOf({ base: { f: texts.base }, disk, fresh: { f: texts.fresh } })
      const [step] = plan.steps
      const written = step!.writes[0]?.text ?? disk.f
      const result = written.split(end)

      for (const kept of [...ours, ...fresh].filter((text) => /^(?:mine|newer) /.test(text)))
        assert.ok(result.includes(kept), `"${kept}" is lost`)
      assert.equal(step!.conflicts.length > 0, git.status !== 0)
      if (git.status === 0) assert.equal(written, git.stdout.replaceAll('\n', end))
      else
        assert.deepEqual(
          step!.conflicts.map((number) => result[number - 1]),
          step!.conflicts.map(() => '<<<<<<< yours'),
        )
      seen[git.status === 0 ? 'clean' : 'conflicts']++

      // what an interrupted run has written is left by the next one
      const unfinished = { f: written }
      const again = planOf({ base: { f: texts.base }, disk: { f: written }, fresh: { f: texts.fresh }, unfinished })
      assert.deepEqual(again.steps[0]!.writes, [])
      assert.deepEqual(again.steps[0]!.conflicts, step!.conflicts)
    })
    fc.assert(property, { numRuns: 300 })
    assert.ok(seen.clean >= 20 && seen.conflicts >= 20, `too much alike: ${JSON.stringify(seen)}`)
  })
})
