import { execFileSync, spawnSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../temporary-folder.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const RULES = join(HERE, '../../generators/app/templates/deploy/prometheus/alerts.yml')
const isInstalled = spawnSync('promtool', ['--version']).error === undefined

describe('the alerts for Prometheus', { skip: isInstalled ? false : 'promtool is not installed' }, () => {
  it('fire on what happens for the first time', async () => {
    const folder = await temporaryFolder()
    await copyFile(RULES, join(folder, 'alerts.yml'))
    await copyFile(join(HERE, 'first-events.yml'), join(folder, 'first-events.yml'))
    execFileSync('promtool', ['test', 'rules', 'first-events.yml'], { cwd: folder })
  })
})
