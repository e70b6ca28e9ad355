import { SoarError } from '../answer.ts'
import { wholeNumber } from '../flags.ts'
import { soarOf } from '../service-of.ts'
import type { Command } from '../task.ts'

/** What `resutil threatservicetest` asks, which wants an answer that is complete at once. */
export const threatServiceTest: Command = {
  takes: ({ length }) => length === 0,

  async run(task) {
    const soar = soarOf(task)
    await soar.queryCapabilities()
    const artifact = { type: 'net.name', value: 'localhost' }
    const scan = await soar.scan({ artifact }, wholeNumber(task.flags.timeout, '--timeout'))
    if (scan.polls > 0) {
      throw new SoarError(
        'The test request (net.name localhost) is answered with 303: SOAR wants a complete answer at once',
      )
    }
    task.give({ ok: true, ...scan }, `The service answers as SOAR needs it (${scan.ms} ms).`)
  },
}
