import {
  defineSource,
  hit,
  number,
  SourceError,
  text,
  type Found,
  type Hit,
  type ListHit,
  type LookUpContext,
} from '../core/define.ts'

/** The lists of what is bad, in the folder that `CTS_LISTS` names: see lists/README.md. Nothing is sent anywhere. */
export const lists = defineSource({
  id: 'lists',
  title: 'Local lists',
  reach: 'local',
  readsLists: true,
  // it waits for nobody: the replica's own limit is enough
  concurrency: 10_000,
  lookUp: {
    'net.name': byValue,
    'net.uri': byValue,
    'net.ip': byValue,
    'net.cidr': byValue,
    'hash.md5': byValue,
    'hash.sha1': byValue,
    'hash.sha256': byValue,
    'file.content': ({ sha256 }, context) => byValue(sha256, context),
    'email.header.sender_address': byValue,
    'email.header.to': byValue,
  },
})

async function byValue(value: string | readonly string[], { type, lists: opened }: LookUpContext): Promise<Found> {
  if (!opened) throw new SourceError('key_refused', 'Local lists need a folder: set CTS_LISTS')
  const { hits, troubles } = opened.match(type, value)
  return { hits: hits.map(toHit), gaps: troubles.map(({ title, problem }) => `list ${title} ${problem}`) }
}

function toHit({ title, entry, matched, details, asOf }: ListHit): Hit {
  const { description, confidence, labels, tlp, listedSince } = details
  return hit(
    text('List', title),
    text('Entry', entry),
    text('Matched', matched),
    text('Description', description),
    number('Confidence', confidence),
    text('Labels', labels),
    text('TLP', tlp),
    text('Listed since', toDate(listedSince)),
    text('List from', toDate(asOf)),
  )
}

function toDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms)
}
