import { checkArtifactType } from '../artifact-type.ts'
import { toScanRequest } from '../artifact.ts'
import { wholeNumber } from '../flags.ts'
import { soarOf } from '../service-of.ts'
import { showScan } from '../show.ts'
import type { Command } from '../task.ts'

/** An artifact from POST to its hits. */
export const scan: Command = {
  takes: ({ length }) => length === 1 || length === 2,

  async run(task) {
    const { operands, flags, searchers, tell, give } = task
    const [type = '', value] = operands
    const soar = soarOf(task)
    const talk = flags.json ? () => {} : tell
    const timeoutSecs = wholeNumber(flags.timeout, '--timeout')
    if (!flags['any-type']) checkArtifactType(type)
    const { file, ...request } = await toScanRequest(type, value, flags.file)
    const wantsFiles = await soar.queryCapabilities()
    if (file && !wantsFiles) talk('The service wants no files, so SOAR would not send this one: only its name goes.')
    const found = await soar.scan({ ...request, ...(wantsFiles && { file }) }, timeoutSecs, ({ hits, retrySecs }) =>
      talk(`Pending, ${hits.length} hit(s) so far. Asking again in ${retrySecs} s …`),
    )
    const notAsked = await soar.notAsked(found.id, request.artifact)
    give({ ...found, notAsked }, showScan({ ...found, notAsked }))
    const isOurs = flags.url === undefined
    const isTaken = searchers.some(({ artifactTypes }) => artifactTypes.some((one) => one === type))
    if (isOurs && found.hits.length === 0 && !isTaken) talk(`No searcher of this service takes ${type}.`)
  },
}
