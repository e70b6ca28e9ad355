import { pino, type DestinationStream, type Logger } from 'pino'
import pretty from 'pino-pretty'

/** How much of the log waits for a reader before lines are dropped. */
const MAX_UNREAD_CHARS = 10_000_000

/**
 * The service's log: JSON lines on stdout, or a form that people like to read when stdout is a terminal.
 * @param destination where to write instead of stdout.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination ?? stdout())
}

/**
 * Lines are written together, a tenth of a second late at most, so that no request waits for the log's reader; what is
 * left is written before the process ends. Who never reads loses lines: the service goes on.
 */
function stdout(): DestinationStream {
  if (process.stdout.isTTY) return pretty({ sync: true })
  return pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100, maxLength: MAX_UNREAD_CHARS })
}
