import * as v from 'valibot'
import {
  canonical,
  defineSource,
  hit,
  keyRefused,
  number,
  setting,
  SourceError,
  text,
  unexpectedAnswer,
  uri,
  wholeNumber,
  type ArtifactType,
  type Hit,
  type LookUpContext,
} from '../core/define.ts'

/** What OpenCTI indexes of a value: a longer one matches nothing (`ignore_above` of its keywords). */
const MAX_LENGTH = 512
/** So many values go into one question, and as many observables come back: an artifact may hold a thousand addresses. */
const VALUES = 100

const ownSettings = {
  OPENCTI_MIN_SCORE: setting(wholeNumber(0, 100), {
    default: '70',
    description: 'the lowest score of an observable of OpenCTI, of 100, that makes a hit without a valid indicator',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** An instance of OpenCTI (version 6 or 7), by its GraphQL API: https://docs.opencti.io/latest/reference/api/ */
export const opencti = defineSource({
  id: 'opencti',
  title: 'OpenCTI',
  reach: 'own',
  key: { header: 'Authorization', prefix: 'Bearer ', from: 'your OpenCTI: Profile, API access' },
  settings: ownSettings,
  lookUp: {
    'net.ip': byValue,
    'net.name': byValue,
    'net.uri': (url, context) => find('value', spellingsOf(url), context),
    'hash.md5': (hash, context) => find('hashes.MD5', [hash], context),
    'hash.sha1': (hash, context) => find('hashes.SHA-1', [hash], context),
    'hash.sha256': bySha256,
    'file.content': ({ sha256 }, context) => bySha256(sha256, context),
    'email.header.sender_address': byValue,
    'email.header.to': (addresses, context) => find('value', addresses, context),
    'file.name': (name, context) => find('name', [name], context),
  },
  tooLong: (_type, value) => [value].flat().some((part) => typeof part === 'string' && part.length > MAX_LENGTH),
})

/** Codes of config/errors.ts of OpenCTI's server: the key's user is nobody, or may not do this. */
const KEY_REFUSED = new Set([
  'AUTH_REQUIRED',
  'AUTH_FAILURE',
  'FORBIDDEN_ACCESS',
  'OTP_REQUIRED',
  'OTP_REQUIRED_ACTIVATION',
  'PASSWORD_CHANGE_REQUIRED',
])

/** Codes of the same file that say that it may work later. */
const UNAVAILABLE = new Set(['DATABASE_ERROR', 'COMPLEX_SEARCH_ERROR', 'UNKNOWN_ERROR', 'LOCK_ERROR'])

// a file's `observable_value` is one of its hashes, whichever it was found by: the others are asked for too
const QUERY = `query LookUp($filters: FilterGroup) {
  stixCyberObservables(first: ${VALUES}, filters: $filters) {
    edges { node {
      id entity_type observable_value x_opencti_score
      ... on HashedObservable { hashes { algorithm hash } }
      ... on StixFile { name x_opencti_additional_names }
      objectLabel { value }
      objectMarking { definition }
      indicators(first: 50) { edges { node { id name x_opencti_score revoked valid_from valid_until } } }
      reports(first: 10) { edges { node { name published } } }
    } }
  }
}`

const optionalText = v.nullish(v.string())
const optionalNumber = v.nullish(v.number())
const edgesOf = <T extends v.GenericSchema>(node: T) => v.nullish(v.object({ edges: v.array(v.object({ node })) }))

/** Only what is shown and compared. */
const observableSchema = v.object({
  id: v.string(),
  entity_type: optionalText,
  observable_value: optionalText,
  x_opencti_score: optionalNumber,
  hashes: v.nullish(v.array(v.object({ hash: optionalText }))),
  name: optionalText,
  x_opencti_additional_names: v.nullish(v.array(optionalText)),
  objectLabel: v.nullish(v.array(v.object({ value: optionalText }))),
  objectMarking: v.nullish(v.array(v.object({ definition: optionalText }))),
  indicators: edgesOf(
    v.object({
      name: optionalText,
      x_opencti_score: optionalNumber,
      revoked: v.nullish(v.boolean()),
      valid_until: optionalText,
    }),
  ),
  reports: edgesOf(v.object({ name: optionalText, published: optionalText })),
})
type Observable = v.InferOutput<typeof observableSchema>

/** The status is 200 whatever happens: `errors` says what did. */
const answerSchema = v.union([
  v.object({
    errors: v.pipe(
      v.array(v.object({ name: optionalText, extensions: v.nullish(v.object({ code: optionalText })) })),
      v.nonEmpty(),
    ),
  }),
  v.object({
    data: v.object({ stixCyberObservables: v.object({ edges: v.array(v.object({ node: observableSchema })) }) }),
  }),
])

function byValue(value: string, context: Context): Promise<Hit[]> {
  return find('value', [value], context)
}

function bySha256(hash: string, context: Context): Promise<Hit[]> {
  return find('hashes.SHA-256', [hash], context)
}

/** The observables that have one of the values in a field. */
async function find(key: string, values: readonly string[], context: Context): Promise<Hit[]> {
  const type = comparedType(context.type)
  const ours = new Set(values.map((value) => comparable(type, value)))
  const hits: Hit[] = []
  for (let at = 0; at < values.length; at += VALUES) {
    const observables = await search(key, values.slice(at, at + VALUES), context)
    const known = observables.filter((observable) =>
      valuesOf(observable).some((value) => ours.has(comparable(type, value))),
    )
    const bad = known.filter((observable) => isBad(observable, context.settings.OPENCTI_MIN_SCORE))
    hits.push(...bad.map((observable) => toHit(observable, context.url)))
  }
  return hits
}

async function search(key: string, values: readonly string[], { ask }: Context): Promise<Observable[]> {
  const filters = { mode: 'and', filters: [{ key, values, operator: 'eq', mode: 'or' }], filterGroups: [] }
  const json = { query: QUERY, variables: { filters } }
  const answer = await ask({ path: '/graphql', json, repeatable: true, schema: answerSchema })
  if (!('errors' in answer)) return answer.data.stixCyberObservables.edges.map(({ node }) => node)
  const [error] = answer.errors
  throw failureOf(error?.extensions?.code ?? error?.name ?? 'without a code')
}

function failureOf(code: string): SourceError {
  if (KEY_REFUSED.has(code)) return keyRefused(opencti)
  if (UNAVAILABLE.has(code)) return new SourceError('unavailable', `OpenCTI is out of order (${code})`)
  return unexpectedAnswer(opencti, `error ${code}`)
}

function isBad(observable: Observable, minScore: number): boolean {
  return validIndicatorsOf(observable).length > 0 || (observable.x_opencti_score ?? -1) >= minScore
}

/** The indicators of an observable that still hold. */
function validIndicatorsOf({ indicators }: Observable) {
  return nodesOf(indicators).filter(
    ({ revoked, valid_until: until }) => !revoked && (until == null || Date.parse(until) > Date.now()),
  )
}

function toHit(observable: Observable, url: string): Hit {
  const indicators = validIndicatorsOf(observable)
  return hit(
    text('Observable', observable.observable_value),
    text('Type', observable.entity_type),
    number('Score', observable.x_opencti_score),
    text('Indicators', present(indicators.map(({ name }) => name))),
    number('Highest score of an indicator', highest(indicators.map(({ x_opencti_score }) => x_opencti_score))),
    text('Labels', present(observable.objectLabel?.map(({ value }) => value))),
    text('Markings', present(observable.objectMarking?.map(({ definition }) => definition))),
    text('Reports', present(nodesOf(observable.reports).map(({ name }) => name))),
    uri('Report', `${url}/dashboard/observations/observables/${encodeURIComponent(observable.id)}`),
  )
}

/** All that an observable may have been found by. */
function valuesOf({ observable_value, name, x_opencti_additional_names, hashes }: Observable): string[] {
  return present([
    observable_value,
    name,
    ...(x_opencti_additional_names ?? []),
    ...(hashes ?? []).map(({ hash }) => hash),
  ])
}

/** As what type values are compared. */
function comparedType(type: ArtifactType): ArtifactType {
  if (type === 'file.content') return 'hash.sha256'
  return type === 'email.header.to' ? 'email.header.sender_address' : type
}

/** What is equal for values that mean the same: feeds keep them as somebody wrote them. */
function comparable(type: ArtifactType, value: string): string {
  return String(canonical(type, value).value).toLowerCase()
}

/** A URL as it may be kept: that of a bare host with and without its slash. */
function spellingsOf(url: string): string[] {
  return /^[^/]+:\/\/[^/]+\/$/.test(url) ? [url, url.slice(0, -1)] : [url]
}

function nodesOf<T>(connection: { edges: { node: T }[] } | null | undefined): T[] {
  return connection?.edges.map(({ node }) => node) ?? []
}

function present(values: readonly (string | null | undefined)[] | undefined): string[] {
  return [...new Set(values)].filter((value) => value != null)
}

function highest(scores: readonly (number | null | undefined)[]): number | undefined {
  const known = scores.filter((score) => score != null)
  return known.length === 0 ? undefined : Math.max(...known)
}
