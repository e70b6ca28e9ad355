import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { BrokenList } from '../../../../src/core/lists/errors.ts'
import { parseJson } from '../../../../src/core/lists/formats/parse-json.ts'

/** Parses a text that comes in pieces of so many characters. */
function parse(text: string, length = 1): Promise<unknown> {
  const texts = async function* () {
    for (let i = 0; i < text.length; i += length) yield text.slice(i, i + length)
  }
  return parseJson(texts())
}

const WHOLE =
  '\n{"a": [1, -0.5e+3, true,false , null, "", "\\"\\\\\\u00e9\\n", "é😀"],\t"b": {}, "c": [[], {"d": {"e": [{}]}}],\r\n"a b": 0 , "": ""} '

describe('JSON', () => {
  it('is parsed as JSON.parse does it, wherever it is cut', async () => {
    for (const text of [WHOLE, '[]', '{}', ' "x"', '1', 'null '])
      for (let length = 1; length <= text.length; length++)
        assert.deepEqual(await parse(text, length), JSON.parse(text), `${text} by ${length}`)
  })

  it('is refused where JSON.parse refuses it', async () => {
    const inserted = ['', ...' "\\[]{},:1-x\u{a0}\n\0', 'null', '"x"']
    for (let i = 0; i < WHOLE.length; i++)
      for (const one of inserted)
        for (const removed of [0, 1]) {
          const text = WHOLE.slice(0, i) + one + WHOLE.slice(i + removed)
          assert.deepEqual(await resultOf(parse(text, 7)), resultOfJson(text), text)
        }
  })

  it('says what is wrong and where', async () => {
    const says = (text: string, message: string) => assert.rejects(parse(text), { message })
    await says('{"list": ["a" "b"]}', 'is no JSON: unexpected "b" at character 15')
    await says('{"list": [1,]}', 'is no JSON: unexpected ] at character 13')
    await says('{"list": [nul]}', 'is no JSON: unexpected nul at character 11')
    await says(`[${'x'.repeat(1000)}]`, `is no JSON: unexpected ${'x'.repeat(49)}… at character 2`)
    await says('[1 "a\u001b[2J"]', 'is no JSON: unexpected "a [2J" at character 4')
    for (const text of ['', ' ', '{"list": ["a', '{"list": ["a"]', '[1, '])
      await says(text, 'is no JSON: it ends too early')
  })

  it('that is wrong is read no further', async () => {
    let isClosed = false
    const texts = async function* () {
      try {
        yield '[1, 2, 3'
        yield ',,'
        assert.fail('it was read further')
      } finally {
        isClosed = true
      }
    }
    await assert.rejects(parseJson(texts()), BrokenList)
    assert.equal(isClosed, true)
  })

  it('may have a hundred brackets in each other, but no more', async () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    assert.deepEqual(await parse(nested(100)), JSON.parse(nested(100)))
    const message = 'is no JSON: it has more than 100 brackets in each other'
    await assert.rejects(parse(nested(101)), { message })
    await assert.rejects(parse('{"a":'.repeat(10_000)), { message })
  })

  it('may have two million arrays and objects, but no more', async () => {
    const many = (count: number) => `[${'{},[],'.repeat(count / 2)}0]`
    await assert.rejects(parse(many(2_000_000), 65_536), {
      message: 'has more than 2,000,000 arrays and objects: split it',
    })
    assert.equal(((await parse(many(1_999_998), 65_536)) as unknown[]).length, 1_999_999)
  })

  it('is refused for a number that is far too long', async () => {
    const message = `is no JSON: unexpected ${'1'.repeat(49)}… at character 2`
    await assert.rejects(parse(`[${'1'.repeat(100_000)}]`, 10), { message })
    assert.deepEqual(await parse(`[${'1'.repeat(1000)}]`, 10), [Infinity])
  })

  it('is read as it comes, also what follows a long string', async () => {
    const values = '0,'.repeat(500)
    const texts = async function* () {
      yield '["'
      for (let i = 0; i < 1000; i++) yield 'x'.repeat(1000)
      yield '",'
      for (let i = 0; i < 1000; i++) yield values
      yield '=]'
      assert.fail('it was read further')
    }
    await assert.rejects(parseJson(texts()), { message: /^is no JSON: unexpected = at character 2000005$/ })
  })

  it('changes no prototype', async () => {
    const object = await parse('{"__proto__": {"isAdmin": true}, "constructor": 1}')
    assert.deepEqual(Object.entries(object as object), [['constructor', 1]])
    assert.equal(Object.getPrototypeOf(object), Object.prototype)
  })

  it(
    'may have a string of megabytes, which is not looked through again for each piece',
    { timeout: 10_000 },
    async () => {
      const text = JSON.stringify(['x'.repeat(4_000_000)])
      const texts = async function* () {
        for (let i = 0; i < text.length; i += 100) {
          yield text.slice(i, i + 100)
          if (i % 100_000 === 0) await turn()
        }
      }
      assert.deepEqual(await parseJson(texts()), JSON.parse(text))
    },
  )
})

function resultOfJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return 'no JSON'
  }
}

function resultOf(parsed: Promise<unknown>): Promise<unknown> {
  return parsed.catch((error: unknown) => {
    assert.ok(error instanceof BrokenList)
    return 'no JSON'
  })
}
