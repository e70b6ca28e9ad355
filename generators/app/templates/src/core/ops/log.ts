import { pino, type DestinationStream, type Logger } from 'pino'

/** How much of the log is written at a time, or what there is after a tenth of a second. */
const WRITTEN_CHARS = 4096
/** How much of the log waits for a reader before lines are dropped. */
const MAX_UNREAD_CHARS = 10_000_000

/**
 * The service's log: JSON lines.
 * @param destination where to write; stdout without it.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino({ level, base: undefined, timestamp: createIsoTime() }, destination)
}

/** Writes a line's time in ISO 8601. All but the milliseconds is made once a second, which saves a third of the work. */
function createIsoTime(): () => string {
  let second = NaN
  let start = ''
  return () => {
    const now = Date.now()
    const ms = now % 1000
    if (now - ms !== second) {
      second = now - ms
      start = new Date(now).toISOString().slice(0, -'000Z'.length)
    }
    return `,"time":"${start}${String(ms).padStart(3, '0')}Z"`
  }
}

/**
 * Where the log of a service goes: to stdout, in a form for people if that is a terminal. JSON lines are written
 * together, a tenth of a second late at most, so that no request waits for the log's reader; what is left is
 * written before the process ends. If nobody reads, lines are dropped: the service goes on.
 */
export async function openStdout(): Promise<DestinationStream> {
  if (process.stdout.isTTY) {
    // loaded only where somebody looks
    const { default: pretty } = await import('pino-pretty')
    return pretty({ sync: true })
  }
  const stdout = pino.destination({
    fd: 1,
    sync: false,
    minLength: WRITTEN_CHARS,
    periodicFlush: 100,
    maxLength: MAX_UNREAD_CHARS,
  })
  return gathered(stdout)
}

type Stdout = ReturnType<typeof pino.destination>

/**
 * Hands the lines of a turn of the event loop over together: with each that it is given, the destination (sonic-boom
 * 4.2) copies all that it has not written yet. It has no `flushSync`, with which a fatal line would be tried for ever
 * where the reader of the log is gone.
 */
function gathered(stdout: Stdout): DestinationStream & Pick<Stdout, 'flush'> {
  let lines = ''
  const handOver = () => {
    const whole = lines
    lines = ''
    if (whole !== '') stdout.write(whole)
  }
  // before the listener with which pino writes what the destination still has
  process.prependListener('exit', handOver)
  return {
    write(line) {
      if (lines === '') process.nextTick(handOver)
      lines += line
      // what is handed over as one is written as one: more than a pipe takes could be cut at the process's end
      if (lines.length >= WRITTEN_CHARS) handOver()
    },
    flush(done) {
      handOver()
      stdout.flush(done)
    },
  }
}
