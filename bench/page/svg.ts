import type { Figure } from '../stats.ts'

const WIDTH = 860
const ROW = 22
const PLOT_HEIGHT = 220
/** Colours that are told apart by the colour-blind, too; the second of each is for a dark page. */
const SERIES = [
  ['#0072b2', '#56b4e9'],
  ['#b35900', '#e69f00'],
  ['#007a5a', '#2fc49a'],
] as const

const colours = (shade: 0 | 1) => SERIES.map((pair, index) => `.s${index} { --c: ${pair[shade]} }`).join(' ')
const STYLE = `
  svg { --ink: #1f2328; --faint: #d1d9e0; --page: #ffffff; --bad: #b42318; font: 12px system-ui, sans-serif }
  ${colours(0)}
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6edf3; --faint: #3d444d; --page: #0d1117; --bad: #ff7b72 }
    ${colours(1)}
  }
  text { fill: var(--ink) } .page { fill: var(--page) } .title { font-weight: 600 } .end { text-anchor: end }
  .middle { text-anchor: middle } .grid { stroke: var(--faint) } .one { stroke: var(--ink) }
  .budget { stroke: var(--bad); stroke-dasharray: 5 3; stroke-width: 1.5 }
  .line { fill: none; stroke: var(--c); stroke-width: 2 } .noise { stroke: var(--c); stroke-width: 1.5 }
  .dot { fill: var(--c) } .name { fill: var(--c); font-weight: 600 }`

/** A scale with its ticks; `at` gives a value's place from 0 to 1. */
interface Scale {
  ticks: number[]
  at(value: number): number
}

/** A line of a plot: one figure for each place on its axis. */
export interface Series {
  name: string
  figures: (Figure | undefined)[]
  /** The least that is wanted of it. */
  least?: number | undefined
}

/** A plot of a panel: places beside one another, and lines over them. */
export interface Panel {
  title: string
  places: string[]
  series: Series[]
}

/** A row of a table that is a plot. */
export interface Row {
  label: string
  figure: Figure
  text: string
  isMissed: boolean
}

/** Renders plots of ratios side by side, on one logarithmic scale, with their noise and their budgets. */
export function renderPanels(title: string, panels: readonly Panel[]): string {
  const figures = panels.flatMap(({ series }) =>
    series.flatMap((one) => one.figures.filter((figure) => figure !== undefined)),
  )
  const budgets = panels.flatMap(({ series }) => series.flatMap(({ least }) => least ?? []))
  const scale = logarithmic([...figures.flatMap(({ low, high }) => [low, high]), ...budgets, 1])
  const top = 62
  const yOf = (value: number) => top + (1 - scale.at(value)) * PLOT_HEIGHT
  const width = (WIDTH - 50) / panels.length
  const parts = panels.map((panel, index) =>
    renderPanel(panel, { left: 50 + index * width, width: width - 40, yOf, scale }),
  )
  const rows = Math.max(...panels.map(({ series }) => series.length))
  return frame(title, parts.join('\n'), top + PLOT_HEIGHT + 34 + rows * 17)
}

function renderPanel(
  { title, places, series }: Panel,
  { left, width, yOf, scale }: { left: number; width: number; yOf(value: number): number; scale: Scale },
): string {
  const xOf = (index: number) => left + (width * (index + 0.5)) / places.length
  const line = (value: number, kind: string) =>
    `<line class="${kind}" x1="${left}" x2="${left + width}" y1="${r(yOf(value))}" y2="${r(yOf(value))}"/>`
  const foot = yOf(scale.ticks[0]!)
  const budgets = new Set(series.flatMap(({ least }) => least ?? []))
  return [
    `<text class="title" x="${left}" y="50">${escape(title)}</text>`,
    ...scale.ticks.map(
      (tick) =>
        `${line(tick, tick === 1 ? 'one' : 'grid')}<text class="end" x="${left - 6}" y="${r(yOf(tick) + 4)}">${tick}</text>`,
    ),
    ...[...budgets].map((least) => line(least, 'budget')),
    ...places.map(
      (place, index) => `<text class="middle" x="${r(xOf(index))}" y="${foot + 18}">${escape(place)}</text>`,
    ),
    ...series.map((one, index) => {
      // side by side, so that their noise can be told apart
      const points = one.figures.flatMap((figure, place) =>
        figure ? [{ figure, x: xOf(place) + (index - (series.length - 1) / 2) * 8 }] : [],
      )
      const path = points.map(({ figure, x }) => `${r(x)},${r(yOf(figure.median))}`).join(' ')
      const marks = points.map(
        ({ figure, x }) =>
          `<line class="noise" x1="${r(x)}" x2="${r(x)}" y1="${r(yOf(figure.low))}" y2="${r(yOf(figure.high))}"/>` +
          `<circle class="dot" cx="${r(x)}" cy="${r(yOf(figure.median))}" r="4"/>`,
      )
      const name = `<text class="name" x="${left}" y="${foot + 38 + index * 17}">${escape(one.name)}</text>`
      return `<g class="s${index}"><polyline class="line" points="${path}"/>${marks.join('')}${name}</g>`
    }),
  ].join('\n')
}

/** Renders rows with a dot and its noise each, on one logarithmic scale; what is right of 1 keeps its budget. */
export function renderRows(title: string, rows: readonly Row[]): string {
  const scale = logarithmic([...rows.flatMap(({ figure: { low, high } }) => [low, high]), 1])
  const [left, right, top] = [350, 130, 60]
  const xOf = (value: number) => left + scale.at(value) * (WIDTH - left - right)
  const foot = top + rows.length * ROW
  const parts = [
    ...scale.ticks.map(
      (tick) =>
        `<line class="${tick === 1 ? 'budget' : 'grid'}" x1="${r(xOf(tick))}" x2="${r(xOf(tick))}" y1="${top - 6}" y2="${foot}"/><text class="middle" x="${r(xOf(tick))}" y="${top - 12}">${tick}</text>`,
    ),
    ...rows.map(({ label, figure, text, isMissed }, index) => {
      const y = top + (index + 0.5) * ROW
      return (
        `<g class="s${isMissed ? 1 : 0}"><text class="end" x="${left - 8}" y="${y + 4}">${escape(label)}</text>` +
        `<line class="noise" x1="${r(xOf(figure.low))}" x2="${r(xOf(figure.high))}" y1="${y}" y2="${y}"/>` +
        `<circle class="dot" cx="${r(xOf(figure.median))}" cy="${y}" r="4"/><text x="${WIDTH - right + 10}" y="${y + 4}">${escape(text)}</text></g>`
      )
    }),
  ]
  return frame(title, parts.join('\n'), foot + 12)
}

function frame(title: string, content: string, height: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<rect class="page" width="100%" height="100%"/>
<text class="title" x="12" y="24">${escape(title)}</text>
${content}
</svg>
`
}

/** A logarithmic scale for all values, with ticks at 1, 2 and 5; narrow ranges get finer ones. */
function logarithmic(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const steps = most / least > 4 ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 9.5]
  const all = [-3, -2, -1, 0, 1, 2, 3].flatMap((power) =>
    steps.map((step) => Number((step * 10 ** power).toPrecision(3))),
  )
  const from = all.findLastIndex((tick) => tick <= least)
  const to = all.findIndex((tick) => tick >= most)
  const ticks = all.slice(Math.max(0, from), to === -1 ? undefined : to + 1)
  const [low, high] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)]
  return { ticks, at: (value) => (Math.log(value) - low) / (high - low) }
}

function r(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
