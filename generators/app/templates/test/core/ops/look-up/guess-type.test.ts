import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { guessType } from '../../../../src/core/ops/look-up/guess-type.ts'

describe('the type of a value', () => {
  for (const [value, type] of [
    ['1.2.3.4', 'net.ip'],
    ['1[.]2[.]3[.]4', 'net.ip'],
    ['1.2.3.4:443', 'net.ip'],
    ['2001:db8::1', 'net.ip'],
    ['10.0.0.0/8', 'net.cidr'],
    ['evil.example', 'net.name'],
    ['evil[.]example', 'net.name'],
    ['hxxp://evil[.]example/a', 'net.uri'],
    ['evil.example/a', 'net.uri'],
    ['jane@evil.example', 'email.header.sender_address'],
    ['jane[at]evil[.]example', 'email.header.sender_address'],
    ['http://evil.example/?to=jane@corp.example', 'net.uri'],
    ['CVE-2017-17215', 'threat.report.cve'],
    ['cve 2017-17215', 'threat.report.cve'],
    ['44D88612FEA8A8F36DE82E1278ABB02F', 'hash.md5'],
    ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'hash.sha1'],
    ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hash.sha256'],
    ['00:00:5e:00:53:01', 'net.mac'],
    ['malware.exe', 'net.name'],
    ['hunter2', 'string'],
    ['some words', 'string'],
    ['', 'string'],
  ] as const) {
    it(`is ${type} for "${value}"`, () => assert.equal(guessType(value), type))
  }
})
