import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPrivateName, isPrivateNetwork } from '../../../src/core/gate/host-marks.ts'
import { parseNetwork } from '../../../src/core/protocol/network.ts'

const privateNetworks = [
  '0.0.0.0 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1 100.127.255.255 127.0.0.1',
  '169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.1 192.0.0.8 192.0.0.11 192.0.0.255',
  '192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255',
  ':: ::1 ::1:2 64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b:1::808:808 64:ff9b:0:0:0:1:808:808 100::1 1fff::1',
  'fe80::1 fec0::1 fd00::1 fc00::1 ff02::1 4000::1 5f00::1 2001::1 2001:0:808:808::1 2001:1:: 2001:1::4',
  '2001:2::1 2001:4:111::1 2001:10::1 2001:1f::1 2001:40::1 2001:1ff::1 2002:a00:1:: 2002:c0a8:101::5 2002:7f00:1::',
  '192.0.0.0/8 192.0.0.8/30 0.0.0.0/0 10.0.0.0/8 172.0.0.0/8 172.31.255.255/32 192.0.0.8/31 ::/0 2000::/3 2001::/16',
  '2002::/16 2002:a00::/24 2002:800::/22 2002::/15 64:ff9b::/96 64:ff9b::/64 64:ff9b::a00:0/104 2001:20::/26 fc00::/7',
]

const publicNetworks = [
  '1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0',
  '172.15.255.255 172.32.0.1 192.0.0.9 192.0.0.10 192.0.1.0 191.255.255.255 192.167.255.255 192.169.0.0 198.17.255.255',
  '198.20.0.0 223.255.255.255 203.0.113.1 198.51.100.1 192.0.2.1 192.88.99.1 32.2.10.0',
  '2000::1 2001:db8::1 3fff::1 3fff:ffff::1 2001:200::1 2600::1 64:ff9b::808:808 2002:808:808::1',
  '2001:1::1 2001:1::2 2001:1::3 2001:3::1 2001:4:112::1 2001:20::1 2001:2f::1 2001:30::1 2001:3f:ffff::1',
  '8.8.8.0/24 192.0.0.9/32 11.0.0.0/8 172.32.0.0/11 203.0.113.0/24 2001:db8::/32 2a00::/12 2001:20::/28 2001:20::/27',
  '64:ff9b::808:0/112 2002:808::/32 2001:1::2/127',
]

const privateNames = [
  'srv01 com localhost nas.local x.localdomain wiki.internal a.b.intranet x.private x.corp x.home x.lan a.home.arpa',
  'home.arpa x.test x.invalid x.alt x.workgroup foo.localhost',
]

const publicNames = [
  'evil.example a.onion internal.evil.com lan.de example.com xhome.arpa 1.0.0.10.in-addr.arpa local.evil.example in-addr.arpa',
  'mylocal.de x.notlocal x.corp.com',
]

const words = (lines: string[]) => lines.flatMap((line) => line.split(' '))

function isPrivate(text: string): boolean {
  const network = parseNetwork(text)
  assert.ok(network, text)
  return isPrivateNetwork(network)
}

describe('a private network', () => {
  it('is one with a special address', () => {
    for (const text of words(privateNetworks)) assert.equal(isPrivate(text), true, text)
  })

  it('is none that is reachable from everywhere, or for documentation', () => {
    for (const text of words(publicNetworks)) assert.equal(isPrivate(text), false, text)
  })
})

describe('a private name', () => {
  it('has one label, or ends as private names do', () => {
    for (const name of words(privateNames)) assert.equal(isPrivateName(name), true, name)
  })

  it('is none that only holds such a word', () => {
    for (const name of words(publicNames)) assert.equal(isPrivateName(name), false, name)
  })
})
