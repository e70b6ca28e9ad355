import { SoarError } from '../answer.ts'
import { checkArtifactType } from '../artifact-type.ts'
import { measure } from '../bench.ts'
import { wholeNumber } from '../flags.ts'
import { soarOf } from '../service-of.ts'
import { progressBar, showBench } from '../show.ts'
import type { Command } from '../task.ts'

/** Many artifacts, each of them new, and how long they take. */
export const bench: Command = {
  takes: ({ length }) => length === 1,

  async run(task) {
    const { operands, flags, showBar, give } = task
    if (!flags['any-type']) checkArtifactType(flags.type)
    const count = wholeNumber(operands[0] ?? '', 'N')
    const timeoutSecs = wholeNumber(flags.timeout, '--timeout')
    const summary = await measure(soarOf(task), { count, type: flags.type, timeoutSecs }, (done) =>
      showBar?.(progressBar(done, count)),
    )
    give(summary, showBench(summary))
    if (summary.failed > 0) throw new SoarError(`${summary.failed} of ${summary.artifacts} artifacts failed`)
  },
}
