import * as v from 'valibot'
import { defineSource, type Ask } from '../core/define.ts'

/** How likely a vulnerability is to be exploited within 30 days, by FIRST: https://www.first.org/epss/api */
export const epss = defineSource({
  id: 'epss',
  title: 'EPSS (FIRST)',
  reach: 'query',
  url: 'https://api.first.org',
  // it says nothing for or against a vulnerability, so it is only asked beside a source that knows one
  lookUp: {},
})

/** A share of 1, sent as a string. */
const share = v.pipe(v.string(), v.nonEmpty(), v.transform(Number), v.minValue(0), v.maxValue(1))

const answerSchema = v.object({ data: v.array(v.object({ epss: share, percentile: share })) })

/**
 * How likely a vulnerability is to be exploited within 30 days, and the share of all vulnerabilities that are less so:
 * both from 0 to 1. `undefined` of one that EPSS does not estimate.
 * @throws {SourceError} when EPSS cannot be asked.
 */
export async function estimate(cve: string, ask: Ask): Promise<{ epss: number; percentile: number } | undefined> {
  const { data } = await ask(epss, { path: '/data/v1/epss', query: { cve }, schema: answerSchema })
  return data[0]
}
