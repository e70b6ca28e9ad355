import { nearest } from './nearest.ts'

/** What Kubernetes and Docker set for a service that is called as one of the prefixes is. */
const SET_BY_OTHERS = /_SERVICE_HOST$|_PORT(_\w+)?$/

/**
 * A sentence about each variable that begins as settings do, has a value, and is none: most likely it is misspelt.
 * @param names all settings.
 */
export function unknownSettings(
  env: Record<string, string | undefined>,
  names: readonly string[],
  prefixes: readonly string[],
): string[] {
  const known = names.flatMap((name) => [name, `${name}_FILE`])
  return Object.keys(env)
    .filter((name) => env[name] && prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.includes(name) && !SET_BY_OTHERS.test(name))
    .map((name) => {
      const near = nearest(name, known)
      return near ? `${name} is no setting: did you mean ${near}?` : `${name} is no setting of this service`
    })
}
