import type { Kind } from './entry.ts'

/** The artifact types that entries of lists can match. */
export const LISTED_TYPES = [
  'net.ip',
  'net.cidr',
  'net.name',
  'net.uri',
  'hash.md5',
  'hash.sha1',
  'hash.sha256',
  'file.content',
  'email.header.sender_address',
  'email.header.to',
] as const

/** One of them. */
export type ListedType = (typeof LISTED_TYPES)[number]

const MAIL: readonly ListedType[] = ['email.header.sender_address', 'email.header.to']

const SERVES: Record<Kind, readonly ListedType[]> = {
  address: ['net.ip', 'net.cidr'],
  network: ['net.ip', 'net.cidr'],
  name: ['net.name', ...MAIL],
  url: ['net.uri'],
  mail: MAIL,
  md5: ['hash.md5'],
  sha1: ['hash.sha1'],
  sha256: ['hash.sha256', 'file.content'],
}

/**
 * The artifact types that entries of a kind can match.
 * @param hosts whether a URL is looked for by its host too.
 */
export function servedBy(kind: Kind, hosts: boolean): readonly ListedType[] {
  const isHost = kind === 'address' || kind === 'network' || kind === 'name'
  return isHost && hosts ? [...SERVES[kind], 'net.uri'] : SERVES[kind]
}

/** Whether a text is one of these types. */
export function isListedType(type: string): type is ListedType {
  return LISTED_TYPES.some((one) => one === type)
}
