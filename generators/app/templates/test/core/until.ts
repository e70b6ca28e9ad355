import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'

/** How long something may take that does not depend on time: in milliseconds. */
const PATIENCE_MS = 10_000

/** Waits for a condition that comes true without any time going by, turn by turn of the event loop. */
export async function until(condition: () => unknown): Promise<void> {
  const begun = performance.now()
  while (!(await condition())) {
    assert.ok(performance.now() - begun < PATIENCE_MS, 'it does not come to that')
    await turn()
  }
}
