import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keepLoopbackDirect, proxyWarning } from '../../../src/core/settings/proxy.ts'

describe('a proxy in the environment', () => {
  it('is not asked for this machine', () => {
    const env: Record<string, string | undefined> = { NO_PROXY: '.example.com' }
    keepLoopbackDirect(env)
    const hosts = '.example.com,localhost,127.0.0.1,[::1]'
    assert.deepEqual(env, { NO_PROXY: hosts, no_proxy: hosts })
    const lower: Record<string, string | undefined> = { NO_PROXY: 'a', no_proxy: 'b' }
    keepLoopbackDirect(lower)
    assert.equal(lower.no_proxy, 'b,localhost,127.0.0.1,[::1]')
  })

  it('is warned of where Node does not heed it, or floods it', () => {
    const wordOf = (version: string) =>
      /does nothing|floods/.exec(proxyWarning({ NODE_USE_ENV_PROXY: '1' }, version) ?? '')?.[0]
    assert.deepEqual(['20.20.2', '22.20.0', '22.21.0', '24.4.0', '24.5.0', '26.0.0'].map(wordOf), [
      'does nothing',
      'does nothing',
      'floods',
      'does nothing',
      'floods',
      undefined,
    ])
    assert.equal(proxyWarning({ HTTPS_PROXY: 'http://proxy' }, '20.20.2'), undefined)
  })
})
