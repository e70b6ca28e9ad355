import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAuthenticate } from '../../../../src/core/http/authentication.ts'
import { admitVisitor } from '../../../../src/core/ops/access.ts'

const here = '127.0.0.1'
const visit = (address: string | undefined, headers: Record<string, string>, credentials = false) =>
  admitVisitor(
    { headers: new Headers(headers), address },
    credentials ? createAuthenticate('soar', 'secret') : undefined,
  )

describe('a visitor without a password that could be asked for', () => {
  for (const [what, address, headers, entry] of [
    ['is welcome at the machine itself', here, { host: 'localhost:8081' }, 'welcome'],
    ['is welcome there by IPv6', '::1', { host: '[::1]:8081' }, 'welcome'],
    ['is not from another machine', '192.0.2.1', { host: 'localhost:8081' }, 'elsewhere'],
    ['is not by another name of the machine', here, { host: 'ops.example.com' }, 'elsewhere'],
    ['is not by an address of the machine', here, { host: '192.0.2.1:8081' }, 'elsewhere'],
    ['is not by way of a proxy', here, { host: 'localhost', 'x-forwarded-for': '192.0.2.1' }, 'elsewhere'],
    ['is not from nowhere', undefined, { host: 'localhost' }, 'elsewhere'],
  ] as const) {
    it(what, () => assert.equal(visit(address, headers), entry))
  }
})

describe('a visitor with a password', () => {
  const authorization = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  it('is welcome from anywhere', () => {
    assert.equal(visit('192.0.2.1', { authorization: authorization('soar:secret') }, true), 'welcome')
  })

  it('is asked for it, at the machine itself too', () => {
    assert.equal(visit(here, { host: 'localhost' }, true), 'password')
    assert.equal(visit(here, { host: 'localhost', authorization: authorization('soar:wrong') }, true), 'password')
  })
})
