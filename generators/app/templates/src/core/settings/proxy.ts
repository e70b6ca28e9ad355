import type { Environment } from './variable.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Sees to it that what runs on this machine is reached without a proxy, whatever the environment says of proxies. */
export function keepLoopbackDirect(env: Environment): void {
  const hosts = [env.no_proxy ?? env.NO_PROXY ?? '', ...LOOPBACK].filter((host) => host !== '').join(',')
  env.no_proxy = hosts
  env.NO_PROXY = hosts
}

/**
 * A sentence about a proxy that this version of Node does not heed, or does harm to: the client of Node 22 and 24 connects
 * anew at once, thousands of times a second, as long as a proxy drops what it asks for.
 */
export function proxyWarning(env: Environment, version: string): string | undefined {
  if (!env.NODE_USE_ENV_PROXY || env.NODE_USE_ENV_PROXY === '0') return undefined
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const here = `this is Node ${version}`
  if (major < 22 || (major === 22 && minor < 21) || major === 23 || (major === 24 && minor < 5))
    return `NODE_USE_ENV_PROXY does nothing before Node 22.21 and 24.5, and ${here}: sources are asked without a proxy`
  if (major < 26) return `NODE_USE_ENV_PROXY is set, and ${here}, which floods a proxy that refuses it: take Node 26`
  return undefined
}
