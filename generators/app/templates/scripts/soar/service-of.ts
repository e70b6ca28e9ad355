import { loadConfig } from '../../src/core/settings/config.ts'
import { SoarError } from './answer.ts'
import { createSoar, type Connection, type Soar } from './client.ts'
import type { Task } from './task.ts'

/** SOAR, against the service that a command is for. */
export function soarOf({ flags, env, fetch, sleep }: Task): Soar {
  return createSoar({ ...connectionOf(flags, env), fetch, sleep })
}

/** Where the service is. The settings' password goes to the service of these settings alone. */
function connectionOf({ url, user }: Task['flags'], env: Task['env']): Pick<Connection, 'url' | 'user'> {
  if (url === undefined) {
    const { PORT, CTS_BASE_PATH, CTS_TLS_CERT, CTS_USER, CTS_PASSWORD } = loadConfig(env, [])
    const own = CTS_USER === undefined ? undefined : `${CTS_USER}:${CTS_PASSWORD}`
    return { url: `${CTS_TLS_CERT ? 'https' : 'http'}://127.0.0.1:${PORT}${CTS_BASE_PATH}/`, user: user ?? own }
  }
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || new URL(url).username) {
    throw new SoarError(`--url must be an http(s) address without user and password, not "${url}"`)
  }
  return { url, user }
}
