import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import { createCaller, createProcedureBuilder } from '../../../src/core/rpc/procedure.ts'

const procedure = createProcedureBuilder<{ by: number }>()
const count = procedure
  .input(v.object({ from: v.pipe(v.string(), v.digits(), v.transform(Number)) }))
  .output(v.object({ to: v.number() }))

describe('a procedure', () => {
  it('gets its input as the schema makes it, and its context', async () => {
    const up = count.query(({ input, ctx }) => ({ to: input.from + ctx.by }))
    assert.deepEqual(await up.call({ by: 2 }, { from: '40' }), { to: 42 })
    assert.equal(up.kind, 'query')
  })

  it('refuses an input that is wrong, with every issue, and does not run', async () => {
    let ran = 0
    const both = procedure.input(v.object({ a: v.string(), b: v.object({ c: v.number() }) })).mutation(() => (ran += 1))
    await assert.rejects(both.call({ by: 1 }, { a: 1, b: {} } as never), ({ code, issues }) => {
      assert.equal(code, 'BAD_REQUEST')
      assert.deepEqual(
        issues.map(({ path }: { path: string }) => path),
        ['a', 'b.c'],
      )
      return true
    })
    assert.equal(ran, 0)
  })

  it('tells ten issues at most', async () => {
    const many = procedure.input(v.array(v.string())).mutation(() => 'done')
    await assert.rejects(many.call({ by: 1 }, Array(1000).fill(1)), ({ message, issues }) => {
      assert.deepEqual([issues.length, message.split('; ').length], [10, 10])
      return true
    })
  })

  it('drops from its output what the schema does not know, and refuses what is wrong', async () => {
    const extra = count.query(() => ({ to: 1, secret: 2 }))
    assert.deepEqual(await extra.call({ by: 1 }, { from: '1' }), { to: 1 })
    const wrong = count.query(() => ({ to: 'one' }) as never)
    await assert.rejects(wrong.call({ by: 1 }, { from: '1' }), /output is wrong at to/)
  })

  it('takes nothing unless it is told what', async () => {
    const nothing = procedure.query(() => 'done')
    assert.equal(await nothing.call({ by: 1 }), 'done')
    await assert.rejects(nothing.call({ by: 1 }, 'something' as never), { code: 'BAD_REQUEST' })
  })

  it('is built by builders that do not change', async () => {
    const doubled = count.output(
      v.object({
        to: v.pipe(
          v.number(),
          v.transform((to) => to * 2),
        ),
      }),
    )
    const [one, two] = [count, doubled].map((builder) => builder.query(({ input }) => ({ to: input.from })))
    assert.deepEqual(await one!.call({ by: 0 }, { from: '3' }), { to: 3 })
    assert.deepEqual(await two!.call({ by: 0 }, { from: '3' }), { to: 6 })
  })

  it('is called by its name', async () => {
    const caller = createCaller({ up: count.query(({ input, ctx }) => ({ to: input.from + ctx.by })) }, { by: 1 })
    assert.deepEqual(await caller.up({ from: '1' }), { to: 2 })
  })
})
