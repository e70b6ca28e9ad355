import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from '../../../src/core/protocol/outcome.ts'
import type { ClaimedSearch, NewResult, NewSearch, Store } from '../../../src/core/store/store.ts'
import { searchOf } from './new-search.ts'

/** A store under test and its clock. */
export interface StoreUnderTest {
  store: Store
  /** The store's time. */
  now(): number
  /** Lets time pass for the store. */
  advance(secs: number): void
  /** Removes everything that is in it. */
  clear(): Promise<void>
  close(): Promise<void>
}

const hits = [{ props: [{ type: 'string' as const, name: 'Threat', value: 'malware' }] }]
const found: Outcome = { lookUp: 'url', at: 1, freshUntil: 2, hits }
const failure = { kind: 'unavailable' as const, message: 'out of order' }
const failed: Outcome = { lookUp: 'ip', at: 1, freshUntil: 2, failure, former: { hits, at: 0 } }
const alice = { owner: 'alice', leaseSecs: 30 }
const bob = { owner: 'bob', leaseSecs: 30 }
const never = new AbortController().signal
const by = (claimant = alice, begins: string[] = []) => ({ claimant, begins })

/** What every store promises; run against each of them. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let subject: StoreUnderTest
    let store: Store
    before(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.clear())
    after(() => subject.close())

    const resultOf = (rest: Partial<NewResult> = {}): NewResult => {
      const now = subject.now()
      return {
        type: 'net.uri',
        outcomes: [found],
        notAsked: [],
        finishedAt: now,
        readableUntil: now + 3_600_000,
        rememberedUntil: now + 7_200_000,
        ...rest,
      }
    }
    const enterFor = async (search: NewSearch, claimant = alice, begins: string[] = []): Promise<ClaimedSearch> => {
      const { claimed } = await store.enter(search, by(claimant, begins))
      assert.ok(claimed, 'not entered')
      return claimed
    }
    const claimOne = async (claimant = alice, lookUp = 'url', begins: string[] = []): Promise<ClaimedSearch> => {
      const [candidate] = await store.waitingFor(lookUp, 1)
      assert.ok(candidate, 'nothing waits')
      const claimed = await store.claim(candidate, by(claimant, begins))
      assert.ok(claimed, 'nothing claimed')
      return claimed
    }
    const waiting = async (lookUp: string, limit = 10) => (await store.waitingFor(lookUp, limit)).map(({ id }) => id)
    /** Lets a lease run out, as after a crash. */
    const lapse = async () => {
      subject.advance(31)
      await store.freeLapsed()
    }

    describe('what there is to do', () => {
      it('is nothing at first', async () => {
        assert.deepEqual(await store.load(), { running: 0, waiting: 0, oldestSecs: 0 })
        assert.equal(await store.countActive(), 0)
      })

      it('is what waits and what runs, one whose lease has run out with what waits', async () => {
        await store.enter(searchOf('a'))
        subject.advance(100)
        for (const id of ['b', 'c']) await enterFor(searchOf(id))
        const { oldestSecs, ...load } = await store.load()
        assert.deepEqual(load, { running: 2, waiting: 1 })
        assert.ok(oldestSecs >= 100 && oldestSecs < 110, `${oldestSecs} s`)
        assert.equal(await store.countActive(), 3)
        await lapse()
        const later = await store.load()
        assert.deepEqual([later.running, later.waiting], [0, 3])
      })
    })

    describe('secrets', () => {
      it('makes a secret once, also for many calls at once', async () => {
        const secrets = await Promise.all(Array.from({ length: 20 }, () => store.secret('key', 32)))
        assert.equal(secrets[0]!.length, 32)
        assert.equal(new Set(secrets.map((secret) => secret.toString('hex'))).size, 1)
      })

      it('makes another one for another name', async () => {
        assert.notDeepEqual(await store.secret('one', 32), await store.secret('two', 32))
      })
    })

    describe('entering', () => {
      it('creates a search once, also for many calls at once', async () => {
        const entered = await Promise.all(Array.from({ length: 20 }, () => store.enter(searchOf('a'))))
        assert.equal(entered.filter(({ created }) => created).length, 1)
        assert.deepEqual(new Set(entered.map(({ search }) => search.id)), new Set(['a']))
      })

      it('gives the search as it is known by then', async () => {
        const notAsked = [{ lookUp: 'vt', title: 'VirusTotal', rule: 'own' }]
        const { lease } = await enterFor(searchOf('b', ['url', 'ip'], { notAsked }))
        await store.record(lease, found)
        const again = await store.enter(searchOf('b', ['url', 'ip']))
        assert.deepEqual(again, { search: { id: 'b', type: 'net.uri', outcomes: [found], notAsked }, created: false })
        assert.deepEqual(await store.findPending('b'), again.search)
      })

      it('gives the lease to the claimant that created the search, and to no other', async () => {
        const entered = await Promise.all([alice, alice, bob, bob].map((one) => store.enter(searchOf('a'), by(one))))
        assert.deepEqual(entered.map(({ created, claimed }) => [created, claimed?.search.id]).toSorted(), [
          [false, undefined],
          [false, undefined],
          [false, undefined],
          [true, 'a'],
        ])
        assert.deepEqual(await waiting('url'), [])
      })

      it('hands on what is carried along, when it came, how it ranks and when it ends', async () => {
        await store.enter(searchOf('a', ['ip'], { outcomes: [found], rankAfterMs: 5000, endAfterSecs: 60, token: 7 }))
        const { search, lease, claimedAt } = await claimOne(alice, 'ip')
        assert.deepEqual([search.outcomes, search.pending, lease.token], [[found], ['ip'], 8])
        assert.deepEqual([search.rank - search.enteredAt, search.endsAt - search.enteredAt], [5000, 60_000])
        assert.ok(claimedAt >= search.enteredAt && Math.abs(claimedAt - subject.now()) < 5000)
      })

      it('keeps values whose keys mean something elsewhere as they are', async () => {
        const value = JSON.parse('{"__proto__":{"a":1},"$where":"x","a.b":{"constructor":[null]},"$$NOW":""}')
        await store.enter(searchOf('a', ['url'], { artifact: { type: 'odd', value } }))
        const { search } = await claimOne()
        assert.equal(JSON.stringify(search.artifact.value), JSON.stringify(value))
      })
    })

    describe('claiming', () => {
      it('gives those that rank first, no more than asked for', async () => {
        for (const [id, rankAfterMs] of [
          ['rescan', 3_600_000],
          ['c', 0],
          ['a', 0],
          ['b', 0],
        ] as const) {
          await store.enter(searchOf(id, ['url'], { rankAfterMs }))
          subject.advance(1)
        }
        assert.deepEqual(await waiting('url', 2), ['c', 'a'])
        assert.deepEqual(await waiting('url'), ['c', 'a', 'b', 'rescan'])
      })

      it('gives what waits for a look-up, and nothing that somebody holds', async () => {
        await store.enter(searchOf('a', ['url']))
        await store.enter(searchOf('b', ['url', 'ip']))
        await enterFor(searchOf('c', ['ip']))
        assert.deepEqual([await waiting('url'), await waiting('ip'), await waiting('hash')], [['a', 'b'], ['b'], []])
      })

      it('gives each search to one of many claimants at once', async () => {
        await store.enter(searchOf('a'))
        const [candidate] = await store.waitingFor('url', 1)
        const claims = await Promise.all(
          Array.from({ length: 10 }, (_, n) => store.claim(candidate!, by({ owner: `o${n}`, leaseSecs: 30 }))),
        )
        assert.equal(claims.filter(Boolean).length, 1)
      })

      it('gives a greater token each time', async () => {
        const { lease } = await enterFor(searchOf('a'))
        assert.equal(lease.token, 1)
        await store.release(lease)
        const second = await claimOne(bob)
        assert.equal(second.lease.token, 2)
        await store.release(second.lease, 10)
        assert.equal((await claimOne()).lease.token, 11)
      })

      it('takes over a search whose lease has run out, and keeps its place', async () => {
        await enterFor(searchOf('a'))
        subject.advance(1)
        await store.enter(searchOf('b'))
        subject.advance(28)
        await store.freeLapsed()
        assert.deepEqual(await waiting('url'), ['b'])
        subject.advance(2)
        await store.freeLapsed()
        assert.deepEqual(await waiting('url'), ['a', 'b'])
        assert.equal((await claimOne(bob)).lease.owner, 'bob')
      })

      it('gives, as if it had waited too long, what waits for nothing when its replica has crashed', async () => {
        const { lease } = await enterFor(searchOf('a', ['url']))
        await enterFor(searchOf('b', ['url']))
        await store.record(lease, found)
        await lapse()
        assert.deepEqual(
          (await store.overdue(10)).map(({ id }) => id),
          ['a'],
        )
      })

      it('gives what has waited longer than it may', async () => {
        await store.enter(searchOf('a', ['url'], { endAfterSecs: 60 }))
        await store.enter(searchOf('b', ['url'], { endAfterSecs: 3600 }))
        await enterFor(searchOf('c', ['url'], { endAfterSecs: 60 }))
        assert.deepEqual(await store.overdue(10), [])
        subject.advance(61)
        assert.deepEqual(
          (await store.overdue(10)).map(({ id }) => id),
          ['a'],
        )
      })
    })

    describe('beginning', () => {
      it('is marked with the replica until it is known what came of it', async () => {
        const { search, lease } = await enterFor(searchOf('a', ['url', 'ip', 'hash']), alice, ['url'])
        assert.deepEqual(search.begun, { url: ['alice'] })
        await store.begin(lease, ['ip', 'hash'])
        await store.record(lease, found)
        await store.unbegin(lease, ['hash'])
        await lapse()
        const [candidate] = await store.waitingFor('ip', 1)
        assert.equal(candidate?.crashes, 1)
        const taken = await store.claim(candidate!, by(bob, ['ip']))
        assert.deepEqual(taken?.search.begun, { ip: ['alice', 'bob'], hash: [] })
      })

      it('does not count for one that was only claimed, nor for one whose replica takes it back', async () => {
        const { lease } = await enterFor(searchOf('a'), alice, ['url'])
        await lapse()
        const taken = await claimOne(bob, 'url', ['url'])
        assert.deepEqual(taken.search.begun, { url: ['alice', 'bob'] })
        await store.unbegin(lease, ['url'])
        await store.unbegin(taken.lease, ['url'])
        await store.release(taken.lease)
        assert.equal((await store.waitingFor('url', 1))[0]?.crashes, 0)
      })

      it('is refused once the lease is lost', async () => {
        const { lease } = await enterFor(searchOf('a'))
        await lapse()
        await claimOne(bob)
        assert.equal(await store.begin(lease, ['url']), false)
      })
    })

    describe('renewing', () => {
      it('keeps a lease from running out', async () => {
        await enterFor(searchOf('a'))
        subject.advance(20)
        assert.deepEqual(await store.renew(alice, ['a']), new Set(['a']))
        subject.advance(20)
        await store.freeLapsed()
        assert.deepEqual(await waiting('url'), [])
        subject.advance(11)
        await store.freeLapsed()
        assert.deepEqual(await waiting('url'), ['a'])
      })

      it('tells which searches are no longer the owner’s', async () => {
        await enterFor(searchOf('a'))
        await enterFor(searchOf('b'))
        await lapse()
        const taken = await claimOne(bob)
        assert.deepEqual(await store.renew(alice, ['a', 'b', 'unknown']), new Set())
        assert.deepEqual(await store.renew(bob, [taken.search.id]), new Set([taken.search.id]))
      })
    })

    describe('recording', () => {
      it('shows an outcome at once, and its look-up no longer waits', async () => {
        const { lease } = await enterFor(searchOf('a', ['url', 'ip']))
        assert.equal(await store.record(lease, found), true)
        assert.deepEqual((await store.findPending('a'))?.outcomes, [found])
        await store.release(lease)
        assert.deepEqual([await waiting('url'), await waiting('ip')], [[], ['a']])
      })

      it('hands it on to a successor', async () => {
        const { lease } = await enterFor(searchOf('a', ['url', 'ip']))
        await store.record(lease, failed)
        await lapse()
        const { search } = await claimOne(bob)
        assert.deepEqual([search.pending, search.outcomes], [['url'], [failed]])
      })

      it('is refused once the lease is lost, also to an owner who has claimed the search anew', async () => {
        const { lease } = await enterFor(searchOf('a'))
        await lapse()
        await claimOne(alice)
        assert.equal(await store.record(lease, found), false)
        assert.deepEqual((await store.findPending('a'))?.outcomes, [])
      })
    })

    describe('keeping in', () => {
      it('has a look-up wait no more, nor left for later, and says why', async () => {
        const { lease } = await enterFor(searchOf('a', ['url', 'ip'], { deferred: ['hash'] }))
        const notAsked = ['url', 'hash'].map((lookUp) => ({ lookUp, title: lookUp, rule: 'own' }))
        assert.equal(await store.keepIn(lease, notAsked), true)
        assert.deepEqual((await store.findPending('a'))?.notAsked, notAsked)
        await store.undefer(lease)
        await store.release(lease)
        assert.deepEqual([await waiting('url'), await waiting('ip'), await waiting('hash')], [[], ['a'], []])
      })

      it('is refused once the lease is lost', async () => {
        const { lease } = await enterFor(searchOf('a'))
        await lapse()
        await claimOne(bob)
        assert.equal(await store.keepIn(lease, [{ lookUp: 'url', title: 'url', rule: 'own' }]), false)
      })
    })

    describe('giving back', () => {
      it('lets anyone claim the search at once, in its place', async () => {
        const { lease } = await enterFor(searchOf('a'))
        subject.advance(1)
        await store.enter(searchOf('b'))
        assert.equal(await store.release(lease), true)
        assert.deepEqual(await waiting('url'), ['a', 'b'])
      })

      it('is refused once the lease is lost', async () => {
        const { lease } = await enterFor(searchOf('a'))
        await lapse()
        await claimOne(bob)
        assert.equal(await store.release(lease), false)
        assert.deepEqual(await waiting('url'), [])
      })
    })

    describe('finishing', () => {
      it('moves the search from the active ones to the results', async () => {
        const { lease } = await enterFor(searchOf('a'))
        const result = resultOf({ outcomes: [found, failed], notAsked: [{ lookUp: 'x', title: 'X', rule: 'own' }] })
        assert.equal(await store.finish(lease, result), true)
        const { now, ...kept } = (await store.findResult('a'))!
        const { rememberedUntil: _, ...given } = result
        assert.deepEqual(kept, { ...given, token: 1, superseded: false })
        assert.ok(Math.abs(now - subject.now()) < 5000)
        assert.equal(await store.findPending('a'), undefined)
      })

      it('removes the entry alone without a result', async () => {
        const { lease } = await enterFor(searchOf('a'))
        assert.equal(await store.finish(lease), true)
        assert.deepEqual([await store.findResult('a'), await store.findPending('a')], [undefined, undefined])
      })

      it('may be repeated after an answer that was lost', async () => {
        const { lease } = await enterFor(searchOf('a'))
        await store.finish(lease, resultOf())
        assert.equal(await store.finish(lease, resultOf()), false)
        assert.deepEqual((await store.findResult('a'))?.outcomes, [found])
      })

      it('lets a result give way to one with a greater token, and never to one with a smaller', async () => {
        const { lease: early } = await enterFor(searchOf('a'))
        await lapse()
        const { lease: late } = await claimOne(bob)
        assert.equal(await store.finish(late, resultOf()), true)
        assert.equal(await store.finish(early, resultOf({ outcomes: [failed] })), false)
        assert.deepEqual((await store.findResult('a'))?.outcomes, [found])

        const { lease: later } = await enterFor(searchOf('a', ['url'], { token: late.token }))
        await store.finish(later, resultOf({ outcomes: [] }))
        assert.deepEqual((await store.findResult('a'))?.outcomes, [])
      })

      it('leaves the entry of a successor alone', async () => {
        const { lease: early } = await enterFor(searchOf('a'))
        await lapse()
        await claimOne(bob)
        assert.equal(await store.finish(early), false)
        assert.equal((await store.findPending('a'))?.id, 'a')
      })
    })

    describe('results', () => {
      it('are marked when a search is entered after them, until it has its own', async () => {
        await store.supersede('a')
        const { lease } = await enterFor(searchOf('a'))
        await store.finish(lease, resultOf())
        await store.supersede('a')
        assert.equal((await store.findResult('a'))?.superseded, true)
        const { lease: next } = await enterFor(searchOf('a', ['url'], { token: 1 }))
        await store.finish(next, resultOf())
        assert.equal((await store.findResult('a'))?.superseded, false)
      })

      it('are each found as they are, however many are asked for at once', async () => {
        const kinds = ['finished', 'active', 'unknown'] as const
        const asked = Array.from({ length: 120 }, (_, number) => ({ id: `${number}`, kind: kinds[number % 3]! }))
        for (const { id, kind } of asked.filter(({ kind }) => kind !== 'unknown')) {
          const { lease } = await enterFor(searchOf(id))
          if (kind === 'finished') await store.finish(lease, resultOf({ outcomes: [{ ...found, lookUp: id }] }))
        }
        const seen = await Promise.all(
          asked.map(async ({ id }) => {
            const [result, active] = await Promise.all([store.findResult(id), store.findPending(id)])
            return [result?.outcomes[0]?.lookUp, active?.id]
          }),
        )
        const wanted = { finished: (id: string) => [id, undefined], active: (id: string) => [undefined, id] }
        assert.deepEqual(
          seen,
          asked.map(({ id, kind }) => (kind === 'unknown' ? [undefined, undefined] : wanted[kind](id))),
        )
      })

      it('are found together also when they are large', async () => {
        const ids = Array.from({ length: 20 }, (_, number) => `${number}`)
        const value = 'x'.repeat(1_000_000)
        const outcomesOf = (id: string): Outcome[] => [
          { ...found, lookUp: id, hits: [{ props: [{ type: 'string', name: 'Report', value }] }] } as Outcome,
        ]
        for (const id of ids) {
          const { lease } = await enterFor(searchOf(id))
          await store.finish(lease, resultOf({ outcomes: outcomesOf(id) }))
        }
        const results = await Promise.all(ids.map((id) => store.findResult(id)))
        for (const [index, id] of ids.entries()) {
          // not deepEqual: what it says of a difference would have megabytes
          assert.ok(isDeepStrictEqual(results[index]?.outcomes, outcomesOf(id)), `the result of ${id} differs`)
        }
      })
    })

    describe('rates', () => {
      const count = (want: number) => (state: { calls: { at: number; count: number }[] } | undefined, now: number) => {
        const before = (state?.calls ?? []).reduce((sum, one) => sum + one.count, 0)
        const next = { heldUntil: 0, cautiousUntil: 0, aloneUntil: 0, calls: [{ at: now, count: before + want }] }
        return { state: next, result: before + want }
      }

      it('are changed by one after the other, however many do at once', async () => {
        const results = await Promise.all(Array.from({ length: 10 }, () => store.rates.update('q', count(1))))
        assert.deepEqual(
          results.toSorted((a, b) => a - b),
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        )
      })

      it('stay as they are without a new state, and are told the time', async () => {
        await store.rates.update('p', count(2))
        const now = await store.rates.update('p', (_state, time) => ({ state: undefined, result: time }))
        assert.ok(Math.abs(now - subject.now()) < 5000)
        assert.equal(await store.rates.update('p', count(1)), 3)
        assert.equal(await store.rates.update('other', count(1)), 1)
      })

      it('can be read, with the time, without being changed', async () => {
        await store.rates.update('seen', count(2))
        const read = await store.rates.read(['seen', 'nobody'])
        assert.deepEqual([...read.keys()], ['seen'])
        const { state, now } = read.get('seen')!
        assert.deepEqual(
          state.calls.map((calls) => calls.count),
          [2],
        )
        assert.ok(Math.abs(now - subject.now()) < 5000)
        assert.equal(await store.rates.update('seen', count(1)), 3)
      })
    })

    describe('what its operator looks at', () => {
      it('is how many wait for each look-up, and since when the first in line does', async () => {
        await store.enter(searchOf('rescan', ['url'], { rankAfterMs: 3_600_000 }))
        subject.advance(60)
        await store.enter(searchOf('new', ['url', 'ip']))
        await enterFor(searchOf('held', ['url']))
        const [url, ip, none] = await store.watch.waiting(['url', 'ip', 'none'], 10)
        assert.deepEqual([url!.lookUp, url!.count, ip!.lookUp, ip!.count], ['url', 2, 'ip', 1])
        assert.deepEqual(none, { lookUp: 'none', count: 0 })
        assert.equal(url!.since, ip!.since)
        assert.ok(Math.abs(url!.since! - subject.now()) < 5000)
      })

      it('counts no further than it is told to', async () => {
        for (const id of ['a', 'b', 'c']) await store.enter(searchOf(id))
        assert.equal((await store.watch.waiting(['url'], 2))[0]!.count, 2)
      })

      it('is a search that waits or runs, without its artifact', async () => {
        await store.enter(searchOf('a', ['url', 'ip'], { deferred: ['later'] }))
        const view = (await store.watch.findActive('a'))!
        assert.deepEqual(
          [view.type, view.pending, view.deferred, view.begun, view.isHeld],
          ['net.uri', ['url', 'ip'], ['later'], {}, false],
        )
        assert.ok(Math.abs(view.enteredAt - subject.now()) < 5000)
        assert.equal(view.endsAt - view.enteredAt, 3_600_000)
        assert.ok(!JSON.stringify(view).includes('a.example'))
        const { lease } = await claimOne(alice, 'url', ['url'])
        await store.record(lease, failed)
        const running = (await store.watch.findActive('a'))!
        assert.deepEqual(
          [running.isHeld, running.begun, running.pending, running.outcomes],
          [true, { url: ['alice'] }, ['url'], [failed]],
        )
        assert.equal(await store.watch.findActive('b'), undefined)
      })

      it('is which replicas are alive, the oldest first', async () => {
        const hosts = async () => (await store.watch.replicas()).map(({ host }) => host)
        await store.watch.beat({ id: 'one', host: '$one' }, 30)
        subject.advance(1)
        await store.watch.beat({ id: 'two', host: 'two' }, 30)
        const [first] = await store.watch.replicas()
        subject.advance(20)
        await store.watch.beat({ id: 'one', host: '$one' }, 30)
        assert.deepEqual(await hosts(), ['$one', 'two'])
        const [again] = await store.watch.replicas()
        assert.equal(again!.startedAt, first!.startedAt)
        assert.ok(again!.seenAt - first!.seenAt >= 20_000)
        subject.advance(20)
        assert.deepEqual(await hosts(), ['$one'])
        await store.watch.leave('one')
        assert.deepEqual(await hosts(), [])
      })

      it('is an alert that one replica claims, for a time', async () => {
        const claim = (owner: string, forMs = 60_000) => store.watch.claimAlert({ key: 'key moon', owner, forMs })
        const claims = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => claim(owner)))
        assert.equal(claims.filter(Boolean).length, 1)
        const owner = ['a', 'b', 'c', 'd'][claims.indexOf(true)]!
        assert.equal(await claim(owner, 3_600_000), true)
        subject.advance(61)
        assert.equal(await claim('e'), false)
        assert.equal(await store.watch.claimAlert({ key: 'other', owner: 'e', forMs: 1 }), true)
        subject.advance(3600)
        assert.equal(await claim('e'), true)
      })
    })

    describe('files', () => {
      const facts = { size: 5, sha256: 'aa', sha1: 'bb', md5: 'cc' }

      it('keeps a content and gives it back as often as it is asked for', async () => {
        const key = await store.files.write(Readable.from([Buffer.from('he'), Buffer.from('llo')]), never)
        assert.equal(await text(store.files.read(key)), 'hello')
        assert.equal(await text(store.files.read(key)), 'hello')
      })

      it('keeps two uploads of one content apart', async () => {
        const keys = await Promise.all([1, 2].map(() => store.files.write(Readable.from([Buffer.from('x')]), never)))
        await store.files.remove(keys[0]!)
        assert.equal(await text(store.files.read(keys[1]!)), 'x')
      })

      it('hands a file on with its search and removes it when that is done', async () => {
        const key = await store.files.write(Readable.from([Buffer.alloc(600_000, 'x')]), never)
        await enterFor({ ...searchOf('a'), file: { key, ...facts } })
        await lapse()
        const { search, lease } = await claimOne(bob)
        assert.deepEqual(search.file, { key, ...facts })
        assert.equal((await text(store.files.read(key))).length, 600_000)
        await store.finish(lease, resultOf())
        await assert.rejects(text(store.files.read(key)))
      })

      it('keeps nothing of a content that breaks off', async () => {
        async function* broken() {
          yield Buffer.alloc(600_000)
          throw new Error('cut off')
        }
        await assert.rejects(store.files.write(Readable.from(broken()), never), { message: 'cut off' })
      })

      it('ends a write with its signal', async () => {
        const abort = new AbortController()
        async function* endless() {
          for (let n = 0; ; n++) {
            if (n === 5) abort.abort(new Error('enough'))
            yield Buffer.alloc(300_000)
          }
        }
        await assert.rejects(store.files.write(Readable.from(endless()), abort.signal))
      })

      it('are as large together as what is kept', async () => {
        const before = await store.files.storedBytes()
        const key = await store.files.write(Readable.from([Buffer.alloc(200_000)]), never)
        assert.equal((await store.files.storedBytes()) - before, 200_000)
        await store.files.remove(key)
        assert.equal(await store.files.storedBytes(), before)
      })

      it('does not mind removing what is gone', async () => {
        const key = await store.files.write(Readable.from([Buffer.from('x')]), never)
        await store.files.remove(key)
        await store.files.remove(key)
        await assert.rejects(text(store.files.read(key)))
      })
    })

    it('answers a ping', async () => {
      await store.ping()
    })
  })
}
