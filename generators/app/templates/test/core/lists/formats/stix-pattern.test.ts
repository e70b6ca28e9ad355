import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readPattern } from '../../../../src/core/lists/formats/read-stix.ts'

const cases: [pattern: string, values: string[], leftOut: number][] = [
  ["[ipv4-addr:value = '1.2.3.4']", ['1.2.3.4'], 0],
  ["[ipv6-addr:value='2001:db8::1']", ['2001:db8::1'], 0],
  ["[ domain-name:value == 'evil.example' ]", ['evil.example'], 0],
  ["[url:value = 'http://evil.example/it\\'s\\\\here']", ["http://evil.example/it's\\here"], 0],
  ["[email-addr:value = 'jane@evil.example']", ['jane@evil.example'], 0],
  ["[file:hashes.MD5 = 'aa' OR file:hashes.'SHA-256' = 'bb' OR file:hashes.\"SHA-1\" = 'cc']", ['aa', 'bb', 'cc'], 0],
  ["[url:value IN ('a', 'b','c')]", ['a', 'b', 'c'], 0],
  ["[url:value = 'a'] OR [url:value = 'b'] OR [domain-name:value = 'c']", ['a', 'b', 'c'], 0],
  ["([url:value = 'a'] OR [url:value = 'b'])", ['a', 'b'], 0],
  ["[(url:value = 'a' OR url:value = 'b') OR url:value = 'c']", ['a', 'b', 'c'], 0],
  ["[url:value = 'a' AND url:value = 'b']", [], 1],
  ["[url:value = 'a'] AND [url:value = 'b']", [], 1],
  ["[url:value = 'a'] FOLLOWEDBY [url:value = 'b']", [], 1],
  ["[url:value = 'a'] WITHIN 5 MINUTES", [], 1],
  ["[url:value = 'a'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'", [], 1],
  ["[url:value LIKE 'a%']", [], 1],
  ["[url:value MATCHES '^a']", [], 1],
  ["[url:value != 'a']", [], 1],
  ["[url:value NOT = 'a']", [], 1],
  ["[url:value NOT IN ('a')]", [], 1],
  ['[url:value = 5]', [], 1],
  ["[url:value = t'2026-01-01T00:00:00Z']", [], 1],
  ["[file:name = 'a.exe']", [], 1],
  ["[file:name = 'a.exe' OR file:hashes.MD5 = 'aa']", ['aa'], 1],
  ["[file:name = 'a.exe' AND file:hashes.MD5 = 'aa'] OR [url:value = 'b']", ['b'], 1],
  ["[domain-name:value = 'a' AND domain-name:resolves_to_refs[*].value = 'b']", [], 1],
  ["[url:value = 'a' AND (url:value = 'b' OR url:value = 'c') OR url:value = 'd']", ['d'], 1],
]

const broken = [
  '',
  'evil.example',
  '[',
  ']',
  "[url:value = 'a'",
  "url:value = 'a']",
  "[url:value = 'a)",
  "[url:value = 'a')",
  '[url:value = ]',
  "[url:value IN ('a' 'b')]",
  "[url:value IN ('a',)]",
  "[url:value = 'a'] OR",
  `${'('.repeat(100_000)}[url:value = 'a']${')'.repeat(100_000)}`,
  `[url:value = '${'a'.repeat(1_000_000)}']`,
]

describe('a STIX pattern', () => {
  for (const [pattern, values, leftOut] of cases)
    it(`${pattern} gives ${values.join(', ') || 'nothing'}, and leaves out ${leftOut}`, () => {
      assert.deepEqual(readPattern(pattern), { values, leftOut })
    })

  for (const pattern of broken)
    it(`that is broken is left out whole: ${pattern.slice(0, 40) || 'nothing at all'}`, () => {
      assert.deepEqual(readPattern(pattern), { values: [], leftOut: 1 })
    })

  it('of almost a megabyte is read in linear time, whatever is in it', () => {
    const value = 'x'.repeat(900_000)
    assert.deepEqual(readPattern(`[url:value = '${value}']`), { values: [value], leftOut: 0 })
    const many = Array.from({ length: 100_000 }, (_, i) => `'${i}'`)
    assert.equal(readPattern(`[url:value IN (${many.join(',')})]`).values.length, 100_000)
    for (const part of ["'", '[', 'a:', "a:'", '\\', ' ', '(a', "'\\'", 'OR ', "[url:value = 'a'] OR ", 'a:[*]', '"'])
      assert.ok(Array.isArray(readPattern(part.repeat(Math.floor(900_000 / part.length))).values), part)
  })
})
