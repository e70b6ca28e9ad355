/**
 * The one door to the core: what searchers and sources are written with. They import nothing else of it.
 */
export { defineSearcher, type Artifact, type SearchContext, type Searcher } from './search/searcher.ts'
export {
  defineSource,
  type Ask,
  type ArtifactFile,
  type Found,
  type LookUpContext,
  type LookUpValue,
  type Source,
} from './client/source.ts'
export type { Reach } from './gate/decide.ts'
export type { ListHit } from './lists/match.ts'
export type { SourceRequest } from './client/request.ts'
export { RetryLater } from './client/source-error.ts'
export { keyRefused, SourceError, unexpectedAnswer } from './client/source-error.ts'
export type { ArtifactType, ArtifactValue } from './protocol/artifact.ts'
export { canonical } from './protocol/canonical.ts'
export { distinct, hit, ip, latLng, number, text, uri, type Hit, type Property } from './protocol/hit.ts'
export { flag, optionalSetting, plainText, setting, wholeNumber } from './setting.ts'
