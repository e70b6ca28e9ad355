import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostName, isHostAllowed, isLoopback } from '../../../../src/core/ops/access.ts'

describe('the pages answer to', () => {
  for (const host of [
    '127.0.0.1:8081',
    '192.0.2.7',
    '[::1]:8081',
    '[2001:db8::1]',
    'localhost:8081',
    'LOCALHOST',
    'ops.localhost',
    'ops.example.com:8081',
    'OPS.example.com.',
  ]) {
    it(host, () => assert.equal(isHostAllowed(host, ['ops.example.com']), true))
  }
})

describe('the pages do not answer to', () => {
  for (const host of [
    null,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8081',
    'ops.example.com.evil.example',
    'xops.example.com',
    '[::1',
    'a b',
    'user@localhost',
  ]) {
    it(String(host), () => assert.equal(isHostAllowed(host, ['ops.example.com']), false))
  }
})

describe('the machine itself', () => {
  for (const [name, isIt] of [
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['notlocalhost', false],
    ['', false],
  ] as const) {
    it(`is ${isIt ? '' : 'not '}"${name}"`, () => assert.equal(isLoopback(name), isIt))
  }

  it('is named without a port', () => assert.equal(hostName('[::1]:80'), '::1'))
})
