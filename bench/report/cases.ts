import { describe, type BareName } from '../cases.ts'
import type { Metric } from '../measure.ts'
import type { CaseResult } from '../sections/cases.ts'
import { figureOf, ratioOf, type Figure } from '../stats.ts'
import { ratioCell, renderTable, short, withNoise } from './table.ts'
import { ratioText, targetText, verdictOn, type Verdict } from './verdict.ts'

/** The service beside a bare server. */
export interface Comparison {
  bare: BareName
  throughput: Figure
  cpu: Figure
  target?: number
  verdict?: Verdict
}

/** Compares the service with each bare server of a case. */
export function compare({ benchCase, rounds }: CaseResult): Comparison[] {
  const { service, ...others } = rounds
  return (Object.keys(others) as BareName[]).map((bare) => {
    const throughput = ratioOf(service.perSecond, rounds[bare].perSecond)
    const target = benchCase.targets[bare]
    return {
      bare,
      throughput,
      cpu: ratioOf(service.cpuUs, rounds[bare].cpuUs),
      ...(target !== undefined && { target, verdict: verdictOn(throughput, target) }),
    }
  })
}

/** A case as it is shown on the terminal. */
export function renderCase(result: CaseResult): string {
  const { benchCase, connections, rounds } = result
  const rows = Object.entries(rounds).map(([name, metrics]) => {
    const figure = (metric: Metric) => figureOf(metrics[metric])
    const middle = (metric: Metric) => short(figure(metric).median)
    const share = `${Math.round(figure('busy').median * 100)} %`
    const numbers = (['p50', 'p99', 'p999', 'cpuUs'] as const).map(middle)
    return [
      name,
      withNoise(figure('perSecond'), short),
      ...numbers,
      share,
      middle('rss'),
      middle('peak'),
      middle('kbAConnection'),
    ]
  })
  const header = [
    'server',
    'req/s',
    'p50 ms',
    'p99 ms',
    'p99.9 ms',
    'CPU µs/req',
    'CPU',
    'RSS MB',
    'peak MB',
    'kB/conn',
  ]
  const ratios = compare(result).map(({ bare, throughput, cpu, target }) =>
    `service/${bare}: throughput ${ratioText(throughput)}, CPU time ${ratioCell(cpu)}  ${targetText(throughput, target)}`.trimEnd(),
  )
  const title = `${benchCase.name}: ${describe(benchCase)}; ${connections} connections`
  return [title, renderTable(header, rows), ...ratios].join('\n')
}

/** The ratios of all cases in one table. */
export function renderSummary(results: readonly CaseResult[]): string {
  const rows = results.flatMap((result) =>
    compare(result).map(({ bare, throughput, cpu, target, verdict }) => [
      `${result.benchCase.name} @${result.connections}`,
      bare,
      ratioCell(throughput),
      ratioCell(cpu),
      target === undefined ? '' : String(target),
      verdict ?? '',
    ]),
  )
  return renderTable(['case @connections', 'bare', 'throughput', 'CPU/req', 'target', 'verdict'], rows)
}
