import { DEFAULT_NAME, nameFrom } from './app/defaults.ts'
import { artifactTypes } from './artifact-types.ts'
import { remedy } from './nearest.ts'
import { findSource, sourceIds } from './source-list.ts'
import { findUsualSearcher } from './usual-searchers.ts'

/** `true`, or a sentence that names the value and the remedy. */
export type Verdict = true | string

/** A service's name names its package, its image and its database: what fits npm, Docker and MongoDB alike. */
export function isServiceName(name: string): Verdict {
  if (name.length <= 63 && /^[a-z0-9]+(?:(?:-+|__?|\.)[a-z0-9]+)*$/.test(name) && name !== 'node_modules') return true
  const example = nameFrom(name) || DEFAULT_NAME
  return `"${name}" cannot name a package, an image and a database. Take up to 63 lower-case letters and digits, with hyphens between them, such as "${example}".`
}

/** A description is one line, since it goes into `package.json` and headings. */
export function isDescription(description: string): Verdict {
  if (description.trim() === '') return 'The description is empty. Say in one line what the service is for.'
  if (/\p{Cc}/u.test(description))
    return `The description "${description}" holds line breaks or control characters. Give one line.`
  return true
}

/** A searcher's name is the name of its file, on every system. */
export function isSearcherName(name: string): Verdict {
  const remedySentence = 'Take up to 32 letters, digits, "-" and "_", beginning with a letter or digit, such as "ip".'
  if (!/^[a-z0-9][a-z0-9_-]{0,31}$/i.test(name))
    return `"${name}" cannot name a searcher and its file. ${remedySentence}`
  if (name.toLowerCase() === 'index')
    return `"${name}" cannot name a searcher: src/searchers/index.ts lists them. Take another name.`
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(name)) {
    return `"${name}" cannot name a searcher: Windows keeps that file name for itself. Take another name.`
  }
  return true
}

/** An artifact type is one that the protocol names. */
export function isArtifactType(type: string): Verdict {
  if ((artifactTypes as readonly string[]).includes(type)) return true
  const usual = findUsualSearcher(type)?.types
  return `Artifact type "${type}" is not known. ${usual ? `Did you mean "${usual.join(',')}"?` : remedy(type, artifactTypes)}`
}

/** A list of artifact types has one at least. */
export function areArtifactTypes(types: readonly string[]): Verdict {
  if (types.length === 0) return 'No artifact type is named. Name at least one, such as "net.uri".'
  return types.map(isArtifactType).find((verdict) => verdict !== true) ?? true
}

/**
 * A source is one that looks something up, or the skeleton.
 *
 * @param present the ids of those that the service has
 */
export function isSource(id: string, present: readonly string[] = []): Verdict {
  // a ready-made one that only others ask looks nothing up
  const own = present.filter((other) => !findSource(other))
  const known = [...sourceIds, ...own]
  return known.includes(id) || `Source "${id}" is not known. ${remedy(id, known)}`
}

/**
 * A list of sources has one at least.
 *
 * @param present the ids of those that the service has
 */
export function areSources(ids: readonly string[], present: readonly string[] = []): Verdict {
  if (ids.length === 0) return 'No source is named. Name at least one, such as "urlhaus".'
  return ids.map((id) => isSource(id, present)).find((verdict) => verdict !== true) ?? true
}

/** The reach of a skeleton's API. */
export function isSkeletonReach(reach: string): Verdict {
  return (
    reach === 'own' ||
    reach === 'query' ||
    `Reach "${reach}" is not known. Take "own" for an API in your own network, or "query" for a public one.`
  )
}
