import type { Config } from './settings/config.ts'

/** What the log says of a start that failed: a sentence, and the error unless the sentence says it all. */
export function startFailure(error: unknown, { OPS_PORT }: Config): { err?: unknown; msg: string } {
  const { code, port, message } = error as Error & { code?: string; port?: number }
  if (code !== 'EADDRINUSE') return { err: error, msg: `the service could not start: ${message}` }
  const setting = port === OPS_PORT ? 'OPS_PORT' : 'PORT'
  return { msg: `the service could not start: port ${port} is taken: set ${setting} to another, or stop what is there` }
}
