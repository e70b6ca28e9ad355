// Loaded into a replica before the service, with `--expose-gc`: says after each SIGUSR2 how much memory is still in use
// once all that is garbage has been collected. What it says is a line of the log.
import process from 'node:process'

process.on('SIGUSR2', () => {
  // what the first collection frees by finalizers goes with the second
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ msg: 'live memory', bytes: heapUsed + arrayBuffers })}\n`)
})
