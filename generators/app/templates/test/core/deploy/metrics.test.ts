import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { createEvents } from '../../../src/core/events.ts'
import { createMetrics } from '../../../src/core/ops/metrics.ts'

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('dashboard, alerts and docs', () => {
  for (const path of ['deploy/grafana/dashboard.json', 'deploy/prometheus/alerts.yml', 'docs/operation.md']) {
    it(`ask in ${path} only for metrics that there are`, async () => {
      const text = await createMetrics(createEvents(), {
        ready: async () => {},
        backlog: async () => ({ value: { load: undefined, sources: [] }, at: 0 }),
        now: () => 0,
        lookUps: [],
      }).text()
      const there = new Set(
        Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm)).flatMap(([, name, type]) =>
          // a query names a series, prose the histogram
          type === 'histogram' && !path.endsWith('.md') ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
        ),
      )
      const asked = (await read(path)).match(/\b(?:cts|process|nodejs)_[a-z_]+\b/g) ?? []
      assert.ok(asked.length > 5)
      assert.deepEqual(
        asked.filter((name) => !there.has(name)),
        [],
      )
    })
  }
})
