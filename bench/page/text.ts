import { short, type Finding, type Verdict } from '../finding.ts'
import type { Figure } from '../stats.ts'

/** The numbers of a run, as the benchmark writes them. */
export interface Report {
  at: string
  commit: string
  machine: { node: string; cpu: string; cpus: number; database?: string }
  options: { stored: number; waiting: number; quick: boolean }
  findings: (Finding & { verdict?: Verdict })[]
}

const TEAMS = [1000, 100_000, 1_000_000]
/** Of a day's artifacts, so much comes within its busiest hour. */
const PEAK_SHARE = 0.2

/** The page of docs/. */
export function renderPage(report: Report): string {
  const { at, commit, machine, findings, options } = report
  const judged = findings.filter(({ budget }) => budget)
  const missed = judged.filter(({ verdict }) => verdict === 'MISSED')
  const rate = (name: string, what: string) => rateOf(findings, name, what)
  const stored = options.stored.toLocaleString('en')
  const waiting = options.waiting.toLocaleString('en')
  return `# How fast the service is

<!-- Written by npm run bench:page. -->

Measured ${at.slice(0, 10)} at commit ${commit}, on ${machine.cpus} cores (${machine.cpu}), Node ${machine.node}, database ${machine.database ?? 'unknown'}. The service, the database and what drives both share these cores, so that absolute rates are low. What counts is the ratio to a server that does the least, driven in turns with the service: on a faster machine both are faster. A vertical line is the noise: the median of the rounds lies within it in 95 of 100 cases. \`npm run bench -- --judge\` measures anew.

Of ${judged.length} budgets ${missed.length === 0 ? 'none is missed' : `${missed.length} ${missed.length === 1 ? 'is' : 'are'} missed: ${missed.map(({ case: name, what, at: size, beside }) => [name, what, size ?? '', beside ?? ''].join(' ').trim()).join('; ')}`}.

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

${stored} results are a week's of ${Math.round(options.stored / 7).toLocaleString('en')} different artifacts a day, as long as results are remembered by default. A team with 1,000 a day has 7,000, one with 100,000 has 700,000. ${waiting} waiting searches are what \`CTS_MAX_WAITING\` allows by default: a source's outage of a day for a team with 100,000 a day, of two and a half hours with 1,000,000.

## Every budget

![Each measured value as a share of its budget](speed/budgets.svg)

Lists are of 1,000,000 entries. They are matched in memory, within the time of one look-up as it stands here: for a team with 1,000,000 artifacts a day all look-ups together take seconds of the day, so that their size in memory is what to plan for. Memory is per replica. The gate and the ledger cost a team what "gate" shows, at any number of artifacts; the ledger gets a record for each call that told a public source something, so with three public sources 3,000, 300,000 or 3,000,000 a day.
`
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
