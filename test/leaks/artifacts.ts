import { artifactValues, type ArtifactType } from '../../generators/app/templates/src/core/protocol/artifact.ts'
import { SeededRandom } from '../../generators/app/templates/test/core/seeded-random.ts'
import { GOOD_HASH } from './secrets.ts'

/** An artifact as SOAR sends it, and what is to become of it. */
export interface Planted {
  type: ArtifactType
  value: unknown
  /** The content of a file. */
  content?: string
  /** Whether no public source may be asked of it. */
  isKept: boolean
}

const TYPES = Object.keys(artifactValues) as ArtifactType[]
/** What may be sent as it is, whatever it says. */
const OUTER = new Set<ArtifactType>(['net.port', 'hash.fuzzy', 'threat.malware.family'])

/** So many artifacts of all types, every other with a secret: the same for the same seed. */
export function* plantedArtifacts(count: number, seed: number): Generator<Planted> {
  const random = new SeededRandom(seed)
  for (let number = 0; number < count; number += 1) {
    const type = TYPES[number % TYPES.length]!
    yield { type, ...plant(type, { number, random, isSecret: random.below(2) === 0 }) }
  }
}

interface Seed {
  number: number
  random: SeededRandom
  isSecret: boolean
}

function plant(type: ArtifactType, seed: Seed): Omit<Planted, 'type'> {
  const { number, random, isSecret } = seed
  const hex = (digits: number) => number.toString(16).padStart(6, '0').repeat(11).slice(0, digits)
  const either = (secret: string, harmless: string) => ({ value: isSecret ? secret : harmless, isKept: isSecret })
  switch (type) {
    case 'net.ip':
      return either(malformedOr(random, spelled(random, ourAddress(random))), spelled(random, theirAddress(random)))
    case 'net.cidr':
      return either(
        random.of(['10.20.30.0/24', '0.0.0.0/0', '198.51.0.0/16', `fd00::${hex(4)}/120`]),
        theirAddress(random),
      )
    case 'net.name':
      return either(malformedOr(random, spelled(random, ourName(seed))), spelled(random, `n${number}.evil.example`))
    case 'net.uri':
      return plantUrl(seed)
    case 'hash.md5':
      return either(random.of([GOOD_HASH.toUpperCase(), 'malformed-value']), hex(32))
    case 'hash.sha1':
      return either(`malformed-value-${number}`, hex(40))
    case 'hash.sha256':
      return either(`malformed-value-${number}`, hex(64))
    case 'email.header.sender_address':
      return either(
        random.of([
          `Jane <secretuser${number}@Contoso.Com>`,
          `bounce${number}+secretuser=contoso.com@evil.example`,
          `secretuser${number}(at)bücher[.]de`,
          `secretuser@payroll${number}`,
          `malformed-value ${number}`,
        ]),
        `n${number}@evil.example`,
      )
    case 'email.header.to':
      return { value: [`secretuser${number}@contoso.com`, `innermost${number}@evil.example`], isKept: true }
    case 'threat.report.cve':
      return either(`malformed-value ${number}`, `CVE-2021-${10_000 + number}`)
    case 'file.content':
      return { value: `merger-${number}.docx`, content: `merger ${number}, innermost thoughts`, isKept: false }
    case 'system.user.password':
      return { value: `hunter2-${number}`, isKept: true }
    case 'system.registry':
      return { value: { key: `HKLM\\innermost\\${number}`, entry_name: 'secretuser' }, isKept: true }
    default:
      if (OUTER.has(type)) return { value: type === 'net.port' ? number % 65_536 : `n${number}`, isKept: false }
      return { value: `innermost ${number} of secretuser`, isKept: true }
  }
}

/** A URL, with a secret where one can be; not kept where what remains without it can be sent. */
function plantUrl({ number, random, isSecret }: Seed): Omit<Planted, 'type'> {
  const place = `evil.example/n${number}`
  if (!isSecret)
    return { value: random.of([`http://${place}`, `hxxps://${place}?u=http://other.example/`]), isKept: false }
  const seed = { number, random, isSecret }
  const secret = random.of([
    `n${number}.${ourDomain(random)}`,
    ourAddress(random),
    `secretuser@${ourDomain(random)}`,
    `http://${ourHost(seed)}/x`,
  ])
  const parameter = random.of(['?', '?u=', '?a=b&x=', '?q="', '?x=[1,', '?;'])
  const end = random.of(['', '&z=1', '/x', '"', ' ', ',2', ')', '%20x'])
  return random.of<Omit<Planted, 'type'>>([
    { value: `http://${place}${parameter}${encoded(random, secret)}${end}`, isKept: false },
    { value: `http://secretuser:hunter2@${place}`, isKept: false },
    { value: `http://${place}#${encoded(random, secret)}secret-fragment`, isKept: false },
    { value: `http://${place}/${encoded(random, `secretuser@${ourDomain(random)}`)}/`, isKept: true },
    { value: `http://${ourHost(seed)}/n${number}`, isKept: true },
    { value: `mailto:malformed-value-${number}`, isKept: true },
  ])
}

function ourDomain(random: SeededRandom): string {
  return random.of(['contoso.com', 'CONTOSO.COM', 'bücher.de', 'XN--BCHER-KVA.de'])
}

function ourName({ number, random }: Seed): string {
  return random.of([
    `n${number}.${ourDomain(random)}`,
    `n${number}.${ourDomain(random)}`,
    `nas-${number}.local`,
    `${number % 256}.${random.below(256)}.20.10.in-addr.arpa`,
    `login.microsoft.com`,
  ])
}

/** A host of ours as a URL may have it. */
function ourHost(seed: Seed): string {
  const { number, random } = seed
  return random.of([
    `n${number}.${ourDomain(random)}`,
    `n${number}.${ourDomain(random)}`,
    `n${number}.%63ontoso.com`,
    `n${number}.ｃｏｎｔｏｓｏ。com`,
    `payroll${number}`,
    `10.20.${random.below(256)}.${random.below(256)}`,
    `0x0a.0x14.0x1e.0x${random.below(256).toString(16)}`,
    `[fd00::${number.toString(16)}]`,
    `[::ffff:10.20.30.${random.below(256)}]`,
  ])
}

function ourAddress(random: SeededRandom): string {
  const octet = () => random.below(256)
  return random.of([
    `10.20.${octet()}.${octet()}`,
    `192.168.${octet()}.${octet()}`,
    `198.51.100.${octet()}`,
    `fd00::${octet().toString(16)}`,
    `2001:db8:5::${octet().toString(16)}`,
    `::ffff:10.20.30.${octet()}`,
  ])
}

function theirAddress(random: SeededRandom): string {
  const octet = () => random.below(256)
  return random.of([`203.0.113.${octet()}`, `8.8.${octet()}.${octet()}`, `2001:db8:9::${octet().toString(16)}`])
}

/** As somebody may have written it. */
function spelled(random: SeededRandom, text: string): string {
  return random.of([text, text.toUpperCase(), ` ${text} `, `<${text}>`, text.replace('.', '[.]'), `\u200b${text}`])
}

function malformedOr(random: SeededRandom, text: string): string {
  return random.below(8) === 0 ? `malformed-value ${random.below(1_000_000)}` : text
}

/** Percent-encoded up to three times, each time as little or as much as may be. */
function encoded(random: SeededRandom, text: string): string {
  let hidden = text
  for (let round = random.below(4); round > 0; round -= 1) {
    hidden = random.below(2) === 0 ? encodeURIComponent(hidden) : encodedWhole(hidden)
  }
  return hidden
}

function encodedWhole(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
