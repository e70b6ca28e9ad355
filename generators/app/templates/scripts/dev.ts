// Runs the service from its sources, and again with each change of them or of .env. `tsx watch` sees no file whose name
// begins with a dot, but starts again when it is sent a line.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'

const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
const service = spawn(process.execPath, [tsx, 'watch', '--clear-screen=false', 'src/main.ts'], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
process.stdin.pipe(service.stdin, { end: false })
// the folder, since many editors put a new file in the place of the old one
watch('.', (_event, file) => {
  if (file === '.env') service.stdin.write('\n')
})

process.once('SIGTERM', () => service.kill())
// a terminal sends it to the service too: here it only must not end before that has
process.on('SIGINT', () => {})
service.on('exit', (code) => process.exit(code ?? 1))
