import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { createLog } from '../../../src/core/ops/log.ts'

describe('log', () => {
  it('writes the time of each line in ISO 8601, to the millisecond', (t) => {
    t.mock.timers.enable({ apis: ['Date'] })
    const lines: string[] = []
    const log = createLog('info', { write: (line: string) => lines.push(line) })
    const times = ['2026-02-28T23:59:59.007Z', '2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z']
    for (const time of times) {
      t.mock.timers.setTime(Date.parse(time))
      log.info('a line')
    }
    assert.deepEqual(
      lines,
      times.map((time) => `{"level":30,"time":"${time}","msg":"a line"}\n`),
    )
  })

  it('has every line of a process that breaks down in the same turn', async () => {
    const lines = 5000
    const log = new URL('../../../src/core/ops/log.ts', import.meta.url)
    const script = `import { createLog, openStdout } from '${log}'
      const log = createLog('info', await openStdout())
      for (let n = 1; n <= ${lines}; n++) log.info({ n }, 'a line of some length, so that all together are more than a pipe holds')
      throw new Error('broken')`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const written = await text(child.stdout)
    const numbers = written
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { n: number }).n)
    assert.deepEqual(
      numbers,
      Array.from({ length: lines }, (_, index) => index + 1),
    )
  })
})
