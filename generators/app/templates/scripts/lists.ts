// Reads the local lists as the service would, but fetches nothing: a table of them, each bad line, and the status 1 if a
// list is broken, or something else keeps it from being read, such as that CTS_LISTS is not set.
import './closed-output.ts'
import { inspectLists } from '../src/core/lists/inspect.ts'
import { ConfigError } from '../src/core/setting.ts'
import { loadConfig } from '../src/core/settings/config.ts'
import { addEnvFile } from '../src/core/settings/env-file.ts'
import { searchers } from '../src/searchers/index.ts'
import { listsReport } from './lists-report.ts'

/** Where a new service has its lists. */
const DEFAULT_FOLDER = 'lists'
/** More bad lines of a list are only counted. */
const SHOWN_BAD_LINES = 1000

try {
  addEnvFile('.env', process.env)
  const { CTS_LISTS, CTS_LISTS_MAX_ENTRIES: maxEntries } = loadConfig(process.env, searchers)
  const folder = CTS_LISTS ?? DEFAULT_FOLDER
  const inspected = await inspectLists({ folder, maxEntries, keptBadLines: SHOWN_BAD_LINES, now: Date.now })
  const { text, isFine } = listsReport(folder, inspected, CTS_LISTS !== undefined)
  console.log(text)
  process.exitCode = isFine ? 0 : 1
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
