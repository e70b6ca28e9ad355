import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { createEvents } from '../../../src/core/events.ts'
import { createMetrics } from '../../../src/core/ops/metrics.ts'

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('dashboard and alerts', () => {
  for (const path of ['deploy/grafana/dashboard.json', 'deploy/prometheus/alerts.yml']) {
    it(`ask in ${path} only for metrics that there are`, async () => {
      const load = async () => ({ running: 0, waiting: 0, oldestSecs: 0 })
      const text = await createMetrics(createEvents(), { ready: async () => {}, load }).text()
      const there = new Set(
        Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm)).flatMap(([, name, type]) =>
          type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
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
