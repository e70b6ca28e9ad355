import { withoutQuery } from '../../../src/core/gate/marks.ts'
import { LEDGER_KEY_BYTES, ledgerValue } from '../../../src/core/gate/ledger.ts'
import { canonical } from '../../../src/core/protocol/canonical.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import type { EgressRecord } from '../../../src/core/store/store.ts'
import { checkedArtifact, type CheckedArtifact } from '../checked-artifact.ts'
import { withStore } from '../ledger-store.ts'
import { table } from '../table.ts'
import type { Command } from '../task.ts'

/** Which public sources were told of an artifact. */
export const told: Command = {
  takes: ({ length }, { file }) => length === 2 || (length === 1 && file !== undefined),

  async run({ operands, flags, env, searchers, give }) {
    const [type = '', value] = operands
    const config = loadConfig(env, searchers)
    const forms = formsOf(await checkedArtifact(type, value, flags))
    await withStore(config, async (store) => {
      const key = await store.secret('egress', LEDGER_KEY_BYTES)
      // whatever the mode is now: what was told before was recorded in the mode of then
      const values = (['keyed', 'clear'] as const).flatMap((mode) =>
        forms.map((form) => ledgerValue(form.type, form.value, { mode, key })),
      )
      const records: EgressRecord[] = []
      for await (const record of store.egress.find({ values })) {
        // in clear, values of two types can be alike
        if (forms.some((form) => form.type === record.type)) records.push(record)
      }
      give(records, show(records, config.CTS_EGRESS_DAYS))
    })
  },
}

/** What a source may have been told of an artifact: all of it, or the part of it that the gate leaves. */
function formsOf({ artifact, file }: CheckedArtifact): { type: string; value: unknown }[] {
  const { type } = artifact
  const { value } = canonical(type, artifact.value)
  const whole = { type, value }
  if (type === 'file.content' && file) return [whole, { type, value: file.sha256 }]
  // a file that is known by its hash may have been sent as one
  if (type === 'hash.sha256') return [whole, { type: 'file.content', value }]
  return type === 'net.uri' && typeof value === 'string' ? [whole, { type, value: withoutQuery(value) }] : [whole]
}

function show(records: readonly EgressRecord[], days: number): string {
  if (records.length === 0) return `Nobody was told of this, as far as the ledger goes back (CTS_EGRESS_DAYS, ${days}).`
  const rows = records.map(({ at, source, reach, cut, search, replica }) => [
    at.toISOString(),
    source,
    reach,
    cut ? 'in part' : 'whole',
    search,
    replica,
  ])
  return table([['when', 'source', 'reach', 'what', 'search', 'replica'], ...rows])
}
