// What `npm run dev` runs: the service, for this machine alone unless HOST says otherwise.
import { addEnvFile } from '../src/core/settings/env-file.ts'

const env = { ...process.env }
try {
  addEnvFile('.env', env)
} catch {
  // main.ts says what is wrong with it
}
if (!env.HOST && !env.HOST_FILE) process.env.HOST = '127.0.0.1'

await import('../src/main.ts')
