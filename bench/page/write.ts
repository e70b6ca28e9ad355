// Writes docs/speed.md and its plots from the benchmark's numbers: `npm run bench:page [FILE]`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { packageRoot } from '../../generators/package-root.ts'
import { short, type Finding, type Verdict } from '../finding.ts'
import type { Figure } from '../stats.ts'
import { renderPanels, renderRows, type Panel } from './svg.ts'
import { labelOf, renderPage, type Report } from './text.ts'

const PLOTS = join(packageRoot, 'docs/speed')

const report = JSON.parse(readFileSync(process.argv[2] ?? 'bench-results.json', 'utf8')) as Report
const { findings } = report

mkdirSync(PLOTS, { recursive: true })
plot(
  'connections',
  renderPanels('Requests a second: the service to bare servers', [
    byConnections('GET of a finished search', 'finished', 'GET'),
    byConnections('POST of a finished search', 'finished', 'POST'),
    byConnections('POST of a new artifact', 'new', 'POST'),
  ]),
)
plot(
  'growth',
  renderPanels('Requests a second: a large database to one of 1,000 results, at 16 connections', [
    byStored('finished searches', 'results'),
    byStored('and so many waiting searches', 'waiting'),
  ]),
)
const rows = (areLists: boolean) => findings.filter((one) => (one.case === 'lists') === areLists).flatMap(toRow)
plot('lists', renderRows('Local lists as shares of their budgets: what is right of 1 keeps them', rows(true)))
plot('budgets', renderRows('Every other budget: what is right of 1 keeps it', rows(false)))
writeFileSync(
  join(packageRoot, 'docs/speed.md'),
  await format(renderPage(report), { parser: 'markdown', printWidth: 120 }),
)

function plot(name: string, svg: string): void {
  writeFileSync(join(PLOTS, `${name}.svg`), svg)
}

function byConnections(title: string, name: string, what: string): Panel {
  const own = findings.filter((one) => one.case === name && one.what === what && one.beside !== 'before')
  const places = distinct(own.map(({ at }) => at!))
  const series = distinct(own.map(({ beside }) => beside!)).map((beside) => {
    const figures = places.map((place) => own.find((one) => one.at === place && one.beside === beside)?.figure)
    const budget = own.findLast((one) => one.beside === beside)?.budget
    return { name: `to ${beside}`, figures, ...(budget && 'least' in budget && { least: budget.least }) }
  })
  return { title, places: places.map((place) => (place === 1 ? '1 connection' : String(place))), series }
}

function byStored(title: string, axis: string): Panel {
  const own = findings.filter((one) => one.case === 'growth' && one.what.endsWith(axis))
  const places = distinct(own.map(({ at }) => at!))
  const series = distinct(own.map(({ what }) => what)).map((what) => ({
    name: what.startsWith('new') ? 'POST of new artifacts' : `${what.split(',')[0]} of finished searches`,
    figures: places.map((place) => own.find((one) => one.at === place && one.what === what)?.figure),
    least: 0.95,
  }))
  return { title, places: places.map((place) => place.toLocaleString('en')), series }
}

/** What is measured as a share of its budget, so that more is better. */
function toRow({ budget, figure, verdict, unit, ...finding }: Finding & { verdict?: Verdict }) {
  if (!budget) return []
  const [sign, bar, part] =
    'least' in budget
      ? (['≥', budget.least, (value: number) => value / budget.least] as const)
      : (['≤', budget.most, (value: number) => budget.most / Math.max(value, budget.most / 50)] as const)
  const [low, high] = [part(figure.low), part(figure.high)].sort((a, b) => a - b) as [number, number]
  const share: Figure = { median: part(figure.median), low, high, rounds: figure.rounds }
  return [
    {
      label: labelOf(finding),
      figure: share,
      text: `${short(figure.median)}${unit ? ` ${unit}` : ''} ${sign} ${bar}`,
      isMissed: verdict === 'MISSED',
    },
  ]
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
