import { basename } from 'node:path'

/** The searcher that a service begins with unless others are named. */
export const DEFAULT_SEARCHERS = 'url'

/** The name of a service that nobody has named. */
export const DEFAULT_NAME = 'my-cts'

/** A service's name made of its directory's: letters lose their accents, and what cannot be in it becomes a hyphen. */
export function nameFrom(directory: string): string {
  return basename(directory)
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 63)
    .replace(/-$/, '')
}

/** What a service is for when nobody says. */
export function descriptionFrom(name: string): string {
  return `${name}, a custom threat service for IBM Security SOAR`
}
