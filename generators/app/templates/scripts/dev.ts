// Runs the service from its sources, and again with each change of them or of .env. `tsx watch` sees no file whose name
// begins with a dot, but starts again when it is sent a line.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A signal that comes within this time is the one before, passed on once more: in milliseconds. */
const PASSING_ON_MS = 1000

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
// in a group of its own: a terminal's Ctrl-C would reach it twice, and a second signal ends the service at once
const service = spawn(process.execPath, [tsx, 'watch', '--clear-screen=false', 'scripts/dev-service.ts'], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
})
process.stdin.pipe(service.stdin, { end: false })
// the folder, since many editors put a new file in the place of the old one
watch('.', (_event, file) => {
  if (file === '.env') service.stdin.write('\n')
})

// what a terminal sends to all, npm passes on besides
let signalledAt = -Infinity
const passOn = (signal: NodeJS.Signals) => {
  if (performance.now() - signalledAt < PASSING_ON_MS) return
  signalledAt = performance.now()
  service.kill(signal)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, passOn)
process.on('SIGHUP', () => service.kill())
service.on('exit', (code) => process.exit(code ?? 1))
