import type { RunnerSettings } from '../../../src/core/search/runner.ts'

/** The runner's settings as they are by default. */
export const runnerSettings: RunnerSettings = {
  concurrency: 50,
  searchTimeoutSecs: 120,
  maxAttempts: 3,
  leaseSecs: 30,
  resultTtlSecs: 3600,
  failureTtlSecs: 60,
}
