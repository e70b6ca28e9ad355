import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, ip, latLng, number, text, uri } from '../../../src/core/protocol/hit.ts'

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
      'a link that could run a script',
      () => hit(uri('U', 'javascript:alert(1)')),
      'property "U" must be an http(s) address',
    ],
    ['a link that is none', () => hit(uri('U', 'http://')), 'property "U" must be an http(s) address'],
    ['an address that is none', () => hit(ip('I', '1.2.3')), 'property "I" must be an IP address'],
    ['a latitude out of range', () => hit(latLng('L', 91, 0)), 'property "L" must be at most 90'],
    ['a longitude out of range', () => hit(latLng('L', 0, -181)), 'property "L" must be at least -180'],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(make, { name: 'HitError', message }))
  }
})
