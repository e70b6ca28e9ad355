import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readArtifact } from '../../../../src/core/ops/look-up/read-artifact.ts'

describe('an artifact from a form', () => {
  for (const [type, value, artifact] of [
    ['guess', '1.2.3.4', { type: 'net.ip', value: '1.2.3.4' }],
    ['string', '1.2.3.4', { type: 'string', value: '1.2.3.4' }],
    ['net.port', '443', { type: 'net.port', value: 443 }],
    ['email.header.to', 'a@x.example, b@x.example', { type: 'email.header.to', value: ['a@x.example', 'b@x.example'] }],
    ['system.registry', '{"key":"HKLM"}', { type: 'system.registry', value: { key: 'HKLM' } }],
    ['email.header', 'X-Mailer: x', { type: 'email.header', value: 'X-Mailer: x' }],
  ] as const) {
    it(`is read from ${type} "${value}"`, () => assert.deepEqual(readArtifact({ type, value }), { artifact }))
  }

  for (const [type, value, problem] of [
    ['guess', '  ', 'Enter a value.'],
    ['net.url', 'x', 'Artifact type “net.url” is not known: choose one.'],
    ['file.content', 'a.exe', 'A file cannot be looked up here: take its hash.'],
    ['net.port', 'many', 'The value of net.port must be a number.'],
  ] as const) {
    it(`is refused for ${type} "${value}"`, () => {
      const read = readArtifact({ type, value })
      assert.equal('problem' in read && read.problem, problem)
    })
  }
})
