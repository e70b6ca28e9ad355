import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import { artifactSchema, artifactValues } from '../../../src/core/protocol/artifact.ts'

const WRONG = {
  'a list of numbers': Array(10_000).fill(1),
  'a list of objects': Array.from({ length: 10_000 }, () => ({})),
  'an object of many keys': Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key ${n}`, n])),
}

describe('an artifact whose value is wrong', () => {
  for (const type of Object.keys(artifactValues)) {
    it(`has ten issues at most, with the branches of a union: ${type}`, () => {
      for (const [what, value] of Object.entries(WRONG)) {
        const { issues = [] } = v.safeParse(artifactSchema, { type, value })
        assert.ok(issues.length > 0, what)
        assert.ok(countOf(issues) <= 10, `${what}: ${countOf(issues)} issues`)
      }
    })
  }
})

function countOf(issues: readonly v.BaseIssue<unknown>[]): number {
  return issues.reduce((count, { issues: inner = [] }) => count + 1 + countOf(inner), 0)
}
