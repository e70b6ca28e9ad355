// Plays SOAR against a running service: `npm run soar` explains itself.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { searchers } from '../src/searchers/index.ts'
import { run } from './soar/command.ts'

if (existsSync('.env')) process.loadEnvFile('.env')

let barIsShown = false
/** Ends the line of the bar, so that the next line stands by itself. */
function endBar() {
  if (barIsShown) process.stderr.write('\n')
  barIsShown = false
}

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  searchers,
  fetch,
  sleep,
  print(line) {
    endBar()
    console.log(line)
  },
  tell(line) {
    endBar()
    console.error(line)
  },
  showBar: process.stderr.isTTY
    ? (bar) => {
        barIsShown = true
        process.stderr.write(`\r${bar}`)
      }
    : undefined,
})
