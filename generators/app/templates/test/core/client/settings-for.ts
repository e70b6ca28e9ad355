import type { SourceSettings } from '../../../src/core/client/source-settings.ts'
import type { Source } from '../../../src/core/client/source.ts'

/** The settings of a source with a key and no limit. */
export function settingsFor({ id, url }: Source, changes: Partial<SourceSettings> = {}): SourceSettings {
  return {
    reach: 'query',
    ask: 'always',
    maySee: new Set(),
    concurrency: 5,
    optional: false,
    own: {},
    keys: ['secret'],
    quotas: [{ name: id, windows: [] }],
    timeoutMs: 30_000,
    ...(url !== undefined && { url }),
    ...changes,
  }
}
