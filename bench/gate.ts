// How long the canonical form and the gate take for a value of up to 2 kB in its canonical form: `npm run bench:gate`.
import { decide, type View } from '../generators/app/templates/src/core/gate/decide.ts'
import { gated, rulesOf } from '../generators/app/templates/test/core/gate/rules-of.ts'
import { quantile } from './stats.ts'

const ROUNDS = 200
/** So few that a round mostly ends before another process has its turn. */
const TIMES = 200
const SIZE = 2000
/** What the project wants of each kind at most: in microseconds. */
const TARGET = 25

const rules = rulesOf({
  own: 'contoso.com, bücher.de, 198.51.100.0/24, 2001:db8:5::/48',
  good: '.microsoft.com, 192.0.2.0/24',
})
const anyone: View = { reach: 'query', maySee: new Set() }

const encoded = encodeURIComponent
const parameters = (at: number) => `session=${at}f3a9c&next=/path/to/page.html&lang=en-GB&`

/** Queries of URLs: a part by its number, repeated until they are full. */
const queries: Record<string, (at: number) => string> = {
  'plain words': (at) => `the+quick=brown-fox${at}&`,
  parameters,
  'percent-encoded': (at) => `${encoded(`{"id":${at},"tags":["new","old"],"text":"two words"}`)}&`,
  'encoded twice': (at) => `${encoded(encoded(`name=two words ${at}&`))}`,
  'no UTF-8': (at) => `q=Wetter+morgen+in+M%FCnchen+und+in+Berlin&page=${at}&lang=de&`,
  'many dots': (at) => `file=img.v1.${at}.min.js&size=1.5&page=index.html&`,
  'digits and colons': (at) => `t=2024-05-01T12:30:45.${at}Z&id=1f3a:77:9b2c.1714566645&`,
  'beyond ASCII': (at) => `straße=größe+${at}&名前=日本語&seite=${at}.html&`,
  'nested URL': (at) => (at === 0 ? `u=${encoded('https://other.example/?')}` : encoded(parameters(at))),
  'nested twice': (at) => {
    if (at > 0) return encoded(encoded(parameters(at)))
    return `u=${encoded(`https://other.example/go?to=${encoded('https://third.example/?')}`)}`
  },
}

const kinds: [kind: string, type: string, value: string][] = [
  ['address', 'net.ip', '203[.]0.113.7'],
  ['IPv6 address', 'net.ip', '2001:DB8::7'],
  ['name', 'net.name', 'www.login.evil.example'],
  ['mail address', 'email.header.sender_address', 'Jane Doe <bounce+jane=other.example@evil.example>'],
  ['hash', 'hash.sha256', 'A1'.repeat(32)],
  ['short URL', 'net.uri', 'hxxp://evil[.]example/a/b/c.php?id=7'],
  ['long path', 'net.uri', urlOf('/', (at) => `path${at}/`)],
  ...Object.entries(queries).map(([kind, part]) => [kind, 'net.uri', urlOf('/?', part)] as [string, string, string]),
]

for (const [kind, type, value] of kinds) {
  const work = () => {
    const { artifact, marks } = gated({ type, value }, rules)
    decide(artifact, marks, anyone)
  }
  // the least of all rounds: whatever else the machine does can only add to it
  const rounds = Array.from({ length: ROUNDS }, () => timesOf(work))
  const [p50 = NaN, p99 = NaN] = [0.5, 0.99].map((share) => Math.min(...rounds.map((times) => quantile(times, share))))
  const figures = `p50 ${p50.toFixed(1).padStart(5)} µs, p99 ${p99.toFixed(1).padStart(5)} µs`
  console.log(`${kind.padEnd(18)} ${figures}${p99 <= TARGET ? '' : `: at most ${TARGET} µs is wanted`}`)
  if (p99 > TARGET) process.exitCode = 1
}

function urlOf(start: string, part: (at: number) => string): string {
  let url = `https://evil.example${start}`
  for (let at = 0; new URL(url + part(at)).href.length <= SIZE; at++) url += part(at)
  return url
}

/** In order, in microseconds. */
function timesOf(work: () => void): Float64Array {
  const times = new Float64Array(TIMES)
  for (let i = 0; i < TIMES; i++) {
    const begun = performance.now()
    work()
    times[i] = (performance.now() - begun) * 1000
  }
  return times.sort()
}
