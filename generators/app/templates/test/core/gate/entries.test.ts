import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseGood, parseOwn, type Parsed } from '../../../src/core/gate/entries.ts'
import { parseNetwork } from '../../../src/core/protocol/network.ts'
import { timeOf } from '../stopwatch.ts'

function listOf<List>(parsed: Parsed<List>): List {
  if ('mistakes' in parsed && parsed.mistakes) throw new Error(parsed.mistakes.join('\n'))
  return parsed.list
}

function networkOf(text: string) {
  const network = parseNetwork(text)
  assert.ok(network, text)
  return network
}

describe('what is ours', () => {
  const text = `
    # Ours, and all beneath it, even where a comment has commas
    contoso.com, Bücher.de # the shop
    .srv,.Fabrikam[.]example\r
    198.51.100.0/24, 203.0.113.7,2001:db8:5::/48
    ::ffff:192.0.2.1,#none
  `
  const own = listOf(parseOwn(text))

  it('is read from commas, lines and comments', () => {
    assert.equal(own.size, 8)
    assert.equal(listOf(parseOwn('')).size, 0)
    assert.equal(listOf(parseOwn(' ,\n#x\n,')).size, 0)
  })

  it('has a name and all beneath it', () => {
    for (const name of 'contoso.com www.contoso.com a.b.contoso.com xn--bcher-kva.de x.xn--bcher-kva.de srv x.srv'.split(
      ' ',
    )) {
      assert.equal(own.hasName(name), true, name)
    }
    assert.equal(own.hasName('www.fabrikam.example'), true)
  })

  it('does not have a name that only looks like one', () => {
    for (const name of 'notcontoso.com contoso.com.evil.example com contoso contoso.com.srv.de .com'.split(' ')) {
      assert.equal(own.hasName(name), false, name)
    }
    for (const name of ['', '.', '..', '.'.repeat(300)]) assert.equal(own.hasName(name), false, name)
  })

  it('has whatever shares an address with it', () => {
    for (const network of '198.51.100.7 198.51.0.0/16 198.51.100.128/25 203.0.113.7 203.0.113.0/24 0.0.0.0/0 192.0.2.1'.split(
      ' ',
    )) {
      assert.equal(own.hasPartOf(networkOf(network)), true, network)
    }
    for (const network of '2001:db8:5::1 2001:db8::/32 2001:db8:5:1::/64'.split(' ')) {
      assert.equal(own.hasPartOf(networkOf(network)), true, network)
    }
    for (const network of '198.51.101.0 198.51.99.255 203.0.113.6 203.0.113.8/29 2001:db8:6::1 192.0.2.0'.split(' ')) {
      assert.equal(own.hasPartOf(networkOf(network)), false, network)
    }
  })

  it('counts networks and names within others', () => {
    const nested = listOf(parseOwn('10.0.0.0/24, 10.0.0.0/8, 10.200.0.0/16, 10.0.0.0, a.b.c, .c'))
    for (const network of ['10.0.0.0', '10.99.0.1', '10.255.0.0/16'])
      assert.equal(nested.hasPartOf(networkOf(network)), true)
    for (const name of ['a.b.c', 'x.a.b.c', 'b.c', 'c', 'x.y.c']) assert.equal(nested.hasName(name), true)
    assert.equal(listOf(parseOwn('b.c')).hasName('a.b.c'), true)
  })

  it('names each entry that is none, and what to write instead', () => {
    const { mistakes } = parseOwn('com, ok.example, *.contoso.com\nhttp://contoso.com/, 1.2, a b.example,10.0.0.0/33')
    assert.deepEqual(mistakes, [
      '"com" is a single label: write ".com" if all names beneath it are yours.',
      '"*.contoso.com" is no domain, address or CIDR: write ".contoso.com" for it and all beneath it.',
      '"http://contoso.com/" is no domain, address or CIDR.',
      '"1.2" is no domain, address or CIDR.',
      '"a b.example" is no domain, address or CIDR.',
      '"10.0.0.0/33" is no domain, address or CIDR.',
    ])
    assert.deepEqual(parseOwn('.').mistakes, ['"." is no domain, address or CIDR.'])
    assert.deepEqual(parseOwn('ü'.repeat(500)).mistakes, [`"${'ü'.repeat(80)}…" is no domain, address or CIDR.`])
  })
})

describe('what is known to be harmless', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
  const good = listOf(
    parseGood(`.microsoft.com, exact.example, 198.51.100.0/24, 10.0.0.0/9\n${md5.toUpperCase()}
      https://Files.example/a#b # an installer
      HTTP://192.0.2.1`),
  )

  it('has a name alone, or with those beneath it after a dot', () => {
    assert.equal(good.size, 7)
    for (const name of ['microsoft.com', 'login.microsoft.com', 'exact.example'])
      assert.equal(good.hasName(name), true, name)
    for (const name of ['a.exact.example', 'notmicrosoft.com', 'com']) assert.equal(good.hasName(name), false, name)
  })

  it('has a network that is within one of it', () => {
    for (const text of ['198.51.100.7', '198.51.100.0/24', '198.51.100.128/25'])
      assert.equal(good.hasAllOf(networkOf(text)), true, text)
    for (const text of ['198.51.0.0/16', '198.51.101.1', '10.0.0.0/8', '::/0'])
      assert.equal(good.hasAllOf(networkOf(text)), false, text)
  })

  it('has hashes and whole URLs', () => {
    assert.equal(good.hasHash(md5), true)
    assert.equal(good.hasHash('a'.repeat(32)), false)
    assert.equal(good.hasUrl('https://files.example/a'), true)
    assert.equal(good.hasUrl('http://192.0.2.1/'), true)
    assert.equal(good.hasUrl('https://files.example/ab'), false)
  })

  it('names each entry that is none', () => {
    assert.deepEqual(parseGood(`${'a'.repeat(33)} x, mailto:jane@evil.example, https://`).mistakes, [
      `"${'a'.repeat(33)} x" is no domain, address, CIDR, hash or URL with a host.`,
      '"mailto:jane@evil.example" is no domain, address, CIDR, hash or URL with a host.',
      '"https://" is no domain, address, CIDR, hash or URL with a host.',
    ])
  })
})

describe('100,000 entries', () => {
  it('take no longer to look into than a few', () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `n${at}.example\n${at % 200}.${at >> 8}.${at & 255}.0/24`)
    const own = listOf(parseOwn(lines.join('\n')))
    assert.equal(own.size, 100_000)
    const network = networkOf('10.39.10.77')
    const ms = timeOf(() => {
      for (let look = 0; look < 10_000; look += 1) {
        own.hasName(`a.n${look}.example`)
        own.hasPartOf(network)
      }
    })
    const micros = ms / 10
    assert.ok(micros < 50, `${micros} µs a look`)
  })
})
