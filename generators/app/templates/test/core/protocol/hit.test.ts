import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHits, hit, ip, latLng, number, text, uri, type Hit } from '../../../src/core/protocol/hit.ts'
import { timeOf } from '../stopwatch.ts'

describe('a hit', () => {
  it('holds properties of all five types', () => {
    assert.deepEqual(
      hit(
        text('T', 'x'),
        number('N', 0),
        uri('U', 'https://a.example/'),
        ip('I', '2001:db8::1'),
        latLng('L', -90, 180),
      ),
      {
        props: [
          { type: 'string', name: 'T', value: 'x' },
          { type: 'number', name: 'N', value: 0 },
          { type: 'uri', name: 'U', value: 'https://a.example/' },
          { type: 'ip', name: 'I', value: '2001:db8::1' },
          { type: 'lat_lng', name: 'L', value: { lat: -90, lng: 180 } },
        ],
      },
    )
  })

  it('has no property without a value', () => {
    const { props } = hit(
      ...[undefined, null, '', []].map((value) => text('T', value)),
      ...[undefined, null].map((value) => number('N', value)),
      ...[undefined, null, ''].map((value) => uri('U', value)),
      ...[undefined, null, ''].map((value) => ip('I', value)),
      latLng('L', 1, null),
      latLng('L', undefined, 1),
      text('Left', 'x'),
    )
    assert.deepEqual(props, [{ type: 'string', name: 'Left', value: 'x' }])
  })

  it('shows lists, dates, numbers and truth as text', () => {
    const { props } = hit(text('List', ['a', 'b']), text('Date', new Date(0)), text('Number', 0), text('Truth', false))
    assert.deepEqual(
      props.map(({ value }) => value),
      ['a, b', '1970-01-01T00:00:00.000Z', '0', 'false'],
    )
  })

  for (const value of ['urlhaus.example/url/1', '//urlhaus.example/url/1', 'javascript:alert(1)', 'http://', ' ']) {
    it(`shows a link that is no http(s) address as text: "${value}"`, () => {
      assert.deepEqual(hit(uri('U', value)).props, [{ type: 'string', name: 'U', value }])
    })
  }

  for (const value of ['javascript:alert(1)', 'http://', 'www.a.example', `https://${'a'.repeat(1001)}/`]) {
    it(`shows ${value.slice(0, 30)}, which is no link to click, as text`, () => {
      assert.deepEqual(hit(uri('U', value)).props, [{ type: 'string', name: 'U', value }])
    })
  }

  it('keeps a link beyond ASCII however often it is made', () => {
    for (let run = 0; run < 20_000; run += 1) {
      assert.equal(hit(uri('U', `https://bücher.example/${run}`)).props[0]?.type, 'uri')
    }
  })

  it('takes as many properties as anybody reads, and does not count those without a value', () => {
    const properties = Array.from({ length: 100 }, (_, n) => number(`N${n}`, n))
    assert.equal(hit(...properties, text('None', '')).props.length, 100)
  })

  for (const [what, make, message] of [
    [
      'two properties of one name',
      () => hit(text('A', '1'), text('A', '2')),
      'two properties of one hit are named "A"',
    ],
    ['no property with a value', () => hit(text('A', '')), 'a hit needs at least one property with a value'],
    ['a property without a name', () => hit(text('', 'x')), 'property "" must not be empty'],
    ['a number that is none', () => hit(number('N', NaN)), 'property "N" must be a number'],
    ['an infinite number', () => hit(text('A', 1), number('N', Infinity)), 'property "N" must be finite'],
    [
      'a property made by hand whose link could run a script',
      () => hit({ type: 'uri', name: 'U', value: 'javascript:alert(1)' }),
      'property "U" must be an http(s) address',
    ],
    ['an address that is none', () => hit(ip('I', '1.2.3')), 'property "I" must be an IP address'],
    ['a latitude out of range', () => hit(latLng('L', 91, 0)), 'property "L" must be at most 90'],
    ['a longitude out of range', () => hit(latLng('L', 0, -181)), 'property "L" must be at least -180'],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(make, { name: 'HitError', message }))
  }
})

/** A hit of so many properties, each with a text of so many letters. */
function hitOf(properties: number, letters = 1): Hit {
  const value = 'x'.repeat(letters)
  return { props: Array.from({ length: properties }, (_, n) => ({ type: 'string', name: `P${n}`, value })) }
}

describe('the hits of a look-up', () => {
  it('are taken as they are, without what the protocol does not know', () => {
    const known = hit(text('T', 'x'), latLng('L', 1, 2))
    assert.deepEqual(checkHits([{ ...known, more: 1 }, known]), [known, known])
    assert.deepEqual(checkHits([]), [])
  })

  it('are at most 100, each of at most 100 properties', () => {
    assert.equal(checkHits(Array.from({ length: 100 }, () => hitOf(100))).length, 100)
  })

  it('may be a megabyte in all, names and texts', () => {
    // of which each name has two
    const letters = 1_000_000 / 10 - 2
    assert.equal(checkHits([hitOf(10, letters)]).length, 1)
    assert.throws(() => checkHits([hitOf(10, letters), hit(text('T', 'x'))]), {
      name: 'HitError',
      message: 'its hits are larger than 1000000 bytes: give the most important',
    })
  })

  for (const [what, hits, message] of [
    ['too many', Array(101).fill(hitOf(1)), 'it gave 101 hits, more than 100: give the most important'],
    ['of too much', [hitOf(1), hitOf(101)], 'a hit has 101 properties, more than 100: give the most important'],
    [
      'too large in bytes, if not in letters',
      [hit(text('T', 'ä'.repeat(500_000)))],
      'its hits are larger than 1000000 bytes: give the most important',
    ],
    [
      'too large in their names',
      [{ props: [{ type: 'string', name: 'N'.repeat(1_000_000), value: 'x' }] }],
      'its hits are larger than 1000000 bytes: give the most important',
    ],
    ['none at all', undefined, 'its hits are wrong at the top: must be an array'],
    ['text', 'malware', 'its hits are wrong at the top: must be an array'],
    [
      'without properties',
      [hitOf(1), { props: [] }],
      'its hits are wrong at 1.props: a hit needs at least one property with a value',
    ],
    [
      'with two properties of one name',
      [{ props: [text('A', '1'), text('A', '2')] }],
      'its hits are wrong at 0.props: two properties of one hit are named "A"',
    ],
    [
      'with a link that could run a script',
      [{ props: [{ type: 'uri', name: 'U', value: 'javascript:alert(1)' }] }],
      'its hits are wrong at 0.props.0.value: must be an http(s) address',
    ],
  ] as const) {
    it(`are refused when they are ${what}`, () => {
      assert.throws(() => checkHits(hits), { name: 'HitError', message })
    })
  }

  for (const [what, hits] of [
    ['nothing', [null]],
    ['a number', [7]],
    ['no list of properties', [{ props: 'x' }]],
    ['an empty property', [{ props: [null] }]],
    ['a property of another type', [{ props: [{ type: 'boolean', name: 'A', value: true }] }]],
  ] as const) {
    it(`are refused when one is ${what}`, () => assert.throws(() => checkHits(hits), { name: 'HitError' }))
  }

  for (const [what, make] of [
    ['hit of 40,000 properties', () => [hitOf(40_000)]],
    ['list of 40,000 hits', () => Array(40_000).fill(hitOf(1))],
    ['text of 50 MB', () => [hitOf(1, 50_000_000)]],
    [
      'link with a host of a megabyte',
      () => [{ props: [{ type: 'uri', name: 'U', value: `https://${'ä.'.repeat(300_000)}` }] }],
    ],
    [
      'list where a text should be',
      () => [{ props: [{ type: 'string', name: 'T', value: Array(1_000_000).fill('x') }] }],
    ],
  ] as const) {
    it(`are refused within 50 ms when there is a ${what}`, () => {
      const hits = make()
      const refuse = () => assert.throws(() => checkHits(hits), { name: 'HitError' })
      const times = Array.from({ length: 5 }, () => timeOf(refuse))
      assert.ok(Math.min(...times) < 50, `${times.join(', ')} ms`)
    })
  }

  it('are made within 50 ms of 40,000 properties, or not at all', () => {
    const { props } = hitOf(40_000)
    const expected = { name: 'HitError', message: /^a hit has 40000 properties/ }
    const ms = timeOf(() => assert.throws(() => hit(...props), expected))
    assert.ok(ms < 50, `${ms} ms`)
  })
})
