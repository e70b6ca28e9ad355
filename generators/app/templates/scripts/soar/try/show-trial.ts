import { ruleWords } from '../../../src/core/gate/decide.ts'
import { printable, showHits } from '../show.ts'
import type { Exchange } from './recorder.ts'
import type { Trial } from './trials.ts'

/** How much of an answer is shown: in characters. */
const MAX_BODY = 4000

/** The headers in which sources tell what is left of a limit. */
const LIMIT_HEADER = /rate-?limit|quota|retry-after|remaining|^api-limits$/i

/** What was sent, what came back, and what is left of the source's limit. */
export function showTrial(trial: Trial): string {
  if (!('came' in trial)) return outcomeOf(trial)
  const { exchanges, calls } = trial
  const others = calls - exchanges.length
  const talks = others > 0 ? [`${others} conversation${others === 1 ? '' : 's'} over TCP`] : []
  return [...exchanges.map(showExchange), ...talks, outcomeOf(trial), limitsOf(exchanges)].join('\n\n')
}

/** What came of a trial, in a sentence; hits in full. */
export function outcomeOf(trial: Trial): string {
  if ('missing' in trial) return `Not asked: ${trial.missing} is not set`
  if ('rule' in trial) return `Not asked: ${ruleWords(trial.rule)} (${trial.rule})`
  const { came } = trial
  if ('failure' in came) return `Failed (${came.failure.kind}): ${printable(came.failure.message)}`
  if ('afterSecs' in came) return `It wants to be asked again in ${came.afterSecs} s`
  return came.hits.length === 0 ? 'Nothing found' : showHits(came.hits)
}

function showExchange({ method, url, headers, body, response, ms }: Exchange): string {
  const sent = [`→ ${method} ${url}`, ...linesOf(headers), ...(body === undefined ? [] : ['', shortened(body)])]
  const came = response
    ? [`← ${response.status} in ${ms} ms`, ...linesOf(response.headers), '', shortened(response.body)]
    : [`← no answer in ${ms} ms`]
  return [...sent, '', ...came].map((line) => printable(line)).join('\n')
}

function linesOf(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
}

function shortened(body: string): string {
  return body.length > MAX_BODY ? `${body.slice(0, MAX_BODY)}…` : body
}

function limitsOf(exchanges: readonly Exchange[]): string {
  const headers = exchanges.at(-1)?.response?.headers ?? {}
  const told = Object.entries(headers).filter(([name]) => LIMIT_HEADER.test(name))
  if (told.length === 0) return 'It does not say what is left of its limit.'
  return ['Of its limit it says:', ...told.map(([name, value]) => printable(`  ${name}: ${value}`))].join('\n')
}
