import { pino, type DestinationStream, type Logger } from 'pino'
import pretty from 'pino-pretty'

/**
 * The service's log: JSON lines on stdout, or a form that people like to read when stdout is a terminal.
 * @param destination where to write instead of stdout.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination ?? stdout())
}

function stdout(): DestinationStream {
  return process.stdout.isTTY ? pretty({ sync: true }) : pino.destination({ fd: 1, sync: true })
}
