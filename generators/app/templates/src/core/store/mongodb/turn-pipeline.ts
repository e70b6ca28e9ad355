import type { Document } from 'mongodb'
import {
  ALONE_MS,
  ALONE_WAIT_MS,
  MAX_PLACES,
  MAX_TURN_WAIT_MS,
  PLACE_KEPT_MS,
  type RateWindow,
  type TurnTaker,
} from '../turns.ts'

/** A time from now by the database's clock. */
export const fromNow = (ms: number): Document => ({ $add: ['$$NOW', Math.round(ms)] })

/** The update that takes a turn or a place: the memory store's `take`, step by step, in MongoDB's words. */
export function takeStages({ id, since }: TurnTaker, windows: readonly RateWindow[]): Document[] {
  const me = { $literal: id }
  const mine = { $eq: ['$$one.id', me] }
  const sameTime = { $eq: ['$$one.since', '$turn.since'] }
  const before = {
    $or: [{ $lt: ['$$one.since', '$turn.since'] }, { $and: [sameTime, { $lt: ['$$one.id', me] }] }],
  }
  const longestMs = Math.max(0, ...windows.map(({ ms }) => ms))
  const sinceBefore = { $min: { $map: { input: filter('$waiting', mine), as: 'one', in: '$$one.since' } } }
  const waitedMs = { $subtract: ['$turn.at', '$turn.since'] }
  const isGranted = { $eq: ['$turn.state', 'granted'] }
  const getsPlace = { $and: [{ $eq: ['$turn.state', 'waiting'] }, { $lt: [{ $size: '$waiting' }, MAX_PLACES] }] }
  const place = { id: me, since: '$turn.since', keptUntil: { $add: ['$turn.at', PLACE_KEPT_MS] } }

  return [
    {
      $set: {
        calls: filter('$calls', { $gt: ['$$one', fromNow(-longestMs)] }),
        waiting: filter('$waiting', { $gt: ['$$one.keptUntil', '$$NOW'] }),
      },
    },
    {
      $set: {
        waiting: filter('$waiting', { $not: [mine] }),
        'turn.since': { $ifNull: [since ?? sinceBefore, '$$NOW'] },
        'turn.alone': isAhead('$cautiousUntil'),
      },
    },
    { $set: { 'turn.ahead': { $size: filter('$waiting', before) } } },
    { $set: { 'turn.at': { $max: ['$$NOW', '$heldUntil', afterTheOneAlone(), ...windows.map(roomAt)] } } },
    {
      $set: {
        'turn.waitMs': { $subtract: ['$turn.at', '$$NOW'] },
        'turn.state': {
          $cond: [
            { $lte: ['$turn.at', '$$NOW'] },
            'granted',
            { $cond: [{ $gt: [waitedMs, MAX_TURN_WAIT_MS] }, 'too_long', 'waiting'] },
          ],
        },
      },
    },
    {
      $set: {
        calls: { $concatArrays: ['$calls', { $cond: [isGranted, ['$$NOW'], []] }] },
        waiting: { $concatArrays: ['$waiting', { $cond: [getsPlace, [place], []] }] },
        aloneUntil: { $cond: [{ $and: [isGranted, '$turn.alone'] }, fromNow(ALONE_MS), '$aloneUntil'] },
      },
    },
  ]
}

/** When somebody else's turn alone may be over. */
function afterTheOneAlone(): Document {
  const soon = { $add: ['$$NOW', { $multiply: [ALONE_WAIT_MS, { $add: ['$turn.ahead', 1] }] }] }
  return { $cond: [isAhead('$aloneUntil'), soon, '$$NOW'] }
}

/** When a window has room for one more call, after the calls that it holds and those of the takers ahead. */
function roomAt({ calls, ms }: RateWindow): Document {
  // as many full rounds of the window as there are calls too many, counted from the call that makes room
  const makesRoom = { $ifNull: [{ $arrayElemAt: ['$$held', { $mod: ['$$over', calls] }] }, '$$NOW'] }
  const roundsMs = { $multiply: [ms, { $add: [1, { $floor: { $divide: ['$$over', calls] } }] }] }
  return {
    $let: {
      vars: { held: { $slice: [filter('$calls', { $gt: ['$$one', fromNow(-ms)] }), -calls] } },
      in: {
        $let: {
          vars: { over: { $subtract: [{ $add: [{ $size: '$$held' }, '$turn.ahead'] }, calls] } },
          in: { $cond: [{ $lt: ['$$over', 0] }, '$$NOW', { $add: [makesRoom, roundsMs] }] },
        },
      },
    },
  }
}

function isAhead(date: string): Document {
  return { $gt: [{ $ifNull: [date, new Date(0)] }, '$$NOW'] }
}

function filter(list: string, cond: Document): Document {
  return { $filter: { input: { $ifNull: [list, []] }, as: 'one', cond } }
}
