import { parseArgs } from 'node:util'
import { SoarError } from './answer.ts'

const OPTIONS = {
  url: { type: 'string' },
  user: { type: 'string' },
  file: { type: 'string' },
  type: { type: 'string', default: 'net.uri' },
  'any-type': { type: 'boolean', default: false },
  timeout: { type: 'string', default: '300' },
  json: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  since: { type: 'string' },
  until: { type: 'string' },
  source: { type: 'string' },
  csv: { type: 'boolean', default: false },
} as const

/**
 * A command line in parts.
 * @throws {SoarError} that names a flag which there is not, or which lacks its value.
 */
export function parseFlags(args: string[]) {
  try {
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
    return { positionals, flags: values }
  } catch (error) {
    throw new SoarError((error as Error).message)
  }
}

/** @throws {SoarError} that names what is to be a whole number. */
export function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new SoarError(`${name} must be a whole number from 1, not "${text}"`)
}
