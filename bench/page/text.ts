import { short, type Finding, type Verdict } from '../finding.ts'
import { PARSE, USUAL_PARSE_SECS } from '../lists/pace.ts'
import type { Figure } from '../stats.ts'

/** The numbers of a run, as the benchmark writes them. */
export interface Report {
  at: string
  commit: string
  node: string
  options: { stored: number; machine: string }
  findings: (Finding & { verdict?: Verdict })[]
}

const TEAMS = [1000, 100_000, 1_000_000]
/** Of a day's artifacts, so much comes within its busiest hour. */
const PEAK_SHARE = 0.2

/** The page of docs/. */
export function renderPage(report: Report): string {
  const { at, commit, node, findings, options } = report
  const judged = findings.filter(({ budget }) => budget)
  const missed = judged.filter(({ verdict }) => verdict === 'MISSED')
  const rate = (name: string, what: string) => rateOf(findings, name, what)
  const stored = options.stored.toLocaleString('en')
  return `# How fast the service is

<!-- Written by npm run bench:page. -->

Measured ${at.slice(0, 10)} at commit ${commit}, with Node ${node}, on ${options.machine}. The service, the database and what drives both share this machine, so that absolute rates are low. What counts is the ratio to a server that does the least, driven in turns with the service: on a faster machine both are faster. A vertical line is the noise: the median of the rounds lies within it in 95 of 100 cases. \`npm run bench -- --judge\` measures anew.

Of ${judged.length} budgets ${missed.length === 0 ? 'none is missed' : `${missed.length} ${missed.length === 1 ? 'is' : 'are'} missed: ${missed.map(labelOf).join('; ')}`}.

## By connections

![The service's rate to that of bare servers, at 1, 16 and 256 connections](speed/connections.svg)

Each line is a ratio to a bare server of node:http and MongoDB's driver; the dashed lines are what it has to keep. One that "gathers" makes one call for all look-ups of a turn of the event loop, as the service does; one that makes the "same calls" takes a new artifact with the calls that the service needs, and nothing else.

${teamTable([
  ['GET of finished searches', rate('finished', 'GET')],
  ['POST of finished searches', rate('finished', 'POST')],
  ['POST of new artifacts, to the result', rate('new', 'POST')],
])}

The table has what each team's busiest hour takes of this machine at 16 connections, a fifth of the day's artifacts within it. An artifact is one POST and some GETs until its result is there. Above 100 % it takes a faster database, or more replicas.

## With what is stored

![The rate with many results and waiting searches to that with 1,000 results](speed/growth.svg)

A result is remembered for a week by default, so that a team with 1,000 different artifacts a day has 7,000 results, one with 100,000 has 700,000, and one with 1,000,000 has 7,000,000. To the right the database has ${stored} results, and so many searches that wait for a source's quota besides. 100,000 of them, the most by default (\`CTS_MAX_WAITING\`), come together when a source is away for 100 days of the first team, a day of the second, two and a half hours of the third.

## Local lists

![Memory, loading and look-ups of local lists as shares of their budgets](speed/lists.svg)

Lists of 1,000,000 entries of each kind. ${paceOf(findings)}An artifact is matched in memory: all look-ups of a day take well below a second of it for 1,000 or 100,000 artifacts, and seconds for 1,000,000. What to plan for is the memory, which does not depend on the artifacts; each replica has its own.

## Everything else

![Each measured value as a share of its budget](speed/budgets.svg)

What the gate and the ledger cost does not depend on how many artifacts come. The ledger has a record of each call that told a public source something: with three such sources 3,000, 300,000 or 3,000,000 a day, each kept for \`CTS_EGRESS_DAYS\`. Memory is that of one replica; it is the same for all three teams.
`
}

/** How fast the machine is, by which the times of lists are told. */
function paceOf(findings: readonly Finding[]): string {
  const parse = findings.find(({ what }) => what === PARSE)
  if (!parse) return ''
  const took = short(parse.figure.median)
  return `Loading and look-ups are told as on a machine that takes ${USUAL_PARSE_SECS} s for ${PARSE}; this one took ${took} s, in turns with them. `
}

/** What was measured, in a few words. */
export function labelOf({ case: name, what, at, beside }: Pick<Finding, 'case' | 'what' | 'at' | 'beside'>): string {
  return [
    name === 'lists' ? what : `${name}: ${what}`,
    ...(at === undefined ? [] : [`@${at.toLocaleString('en')}`]),
    ...(beside ? [`to ${beside}`] : []),
  ].join(' ')
}

/** What a number of artifacts takes of a service that does so many a second. */
function teamTable(rows: readonly (readonly [string, Figure | undefined])[]): string {
  const percent = (perSecond: number, artifacts: number) => (artifacts * PEAK_SHARE * 100) / 3600 / perSecond
  const header = ['', 'a second', ...TEAMS.map((artifacts) => `${artifacts.toLocaleString('en')} a day`)]
  const lines = rows.flatMap(([what, figure]) => {
    if (!figure) return []
    return [[what, short(figure.median), ...TEAMS.map((artifacts) => `${short(percent(figure.median, artifacts))} %`)]]
  })
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The service's own rate at 16 connections. */
function rateOf(findings: readonly Finding[], name: string, what: string): Figure | undefined {
  const finding = findings.find((one) => one.case === name && one.what === what && one.at === 16)
  return (finding?.details as { service: { perSecond: Figure } } | undefined)?.service.perSecond
}
