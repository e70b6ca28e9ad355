import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MongoServerError, MongoServerSelectionError, type TopologyDescription } from 'mongodb'
import { openFailure } from '../../../src/core/store/mongodb/open.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'

const AWAY = 'MongoDB at db does not answer: Server selection timed out after 3000 ms'

/** That no server was found; `known` are those that the driver has not ruled out. */
function notFound(known: string[]) {
  const reason = { servers: new Map(known.map((host) => [host, {}])) } as unknown as TopologyDescription
  return new StoreUnavailableError(AWAY, { cause: new MongoServerSelectionError('timed out', reason) })
}

describe('a database that cannot be used says', () => {
  for (const [what, error, url, message] of [
    [
      'that no server belongs to the replica set',
      notFound([]),
      'mongodb://db/?replicaSet=rs1',
      `${AWAY}; no server there belongs to the replica set "rs1", which MONGODB_URL asks for`,
    ],
    [
      'that TLS may not be spoken',
      notFound(['db']),
      'mongodb://db/?tls=true',
      `${AWAY}; MONGODB_URL asks for TLS: does the server speak it?`,
    ],
    [
      'that TLS may be wanted',
      notFound(['db']),
      'mongodb://db/',
      `${AWAY}; does MONGODB_URL name the right server, and does that want TLS (tls=true)?`,
    ],
    [
      'that user or password are wrong',
      new MongoServerError({ message: 'Authentication failed.', code: 18 }),
      'mongodb://u:hunter2@db/',
      'MONGODB_URL has a user or a password that MongoDB refuses',
    ],
    [
      'that the user may not',
      new MongoServerError({ message: 'not authorized', code: 13 }),
      'mongodb://u:hunter2@db/',
      'MONGODB_URL has a user that may not write: give it the role readWrite on MONGODB_DB',
    ],
    [
      'what is wrong with its address, without the password',
      new Error('cannot parse hunter2'),
      'mongodb://u:hunter2@db/',
      'MONGODB_URL cannot be used: cannot parse …',
    ],
  ] as const) {
    it(what, () => assert.equal(openFailure(error, url).message, message))
  }
})
