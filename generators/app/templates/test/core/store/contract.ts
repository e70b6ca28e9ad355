import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { findSearch, type NewResult, type NewSearch, type Store } from '../../../src/core/store/store.ts'

/** A store under test and its clock. */
export interface StoreUnderTest {
  store: Store
  /** Lets time pass for the store. */
  advance(secs: number): Promise<void>
  /** Removes everything that is in it. */
  clear(): Promise<void>
  close(): Promise<void>
}

const hits = [{ props: [{ type: 'string' as const, name: 'Threat', value: 'malware' }] }]
const found = { searcher: 'url', hits }
const failed = { searcher: 'ip', failure: { kind: 'unavailable' as const, message: 'out of order' } }
const alice = { owner: 'alice', leaseSecs: 30 }
const bob = { owner: 'bob', leaseSecs: 30 }
const never = new AbortController().signal

function searchOf(id: string, searchers = ['url']): NewSearch {
  return { id, artifact: { type: 'net.uri', value: `http://${id}.example` }, searchers }
}

function resultOf(id: string, rest: Partial<NewResult> = {}): NewResult {
  return { artifact: searchOf(id).artifact, outcomes: [found], ttlSecs: 3600, freshSecs: 3600, ...rest }
}

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

    const claimOne = async (claimant = alice) => {
      const [claimed] = await store.claim(claimant, 1)
      assert.ok(claimed, 'nothing to claim')
      return claimed
    }

    describe('what there is to do', () => {
      it('is nothing at first', async () => {
        assert.deepEqual(await store.load(), { running: 0, waiting: 0, oldestSecs: 0 })
      })

      it('is what waits and what runs, one whose lease has run out with what waits', async () => {
        await store.enter(searchOf('a'))
        await subject.advance(100)
        for (const id of ['b', 'c']) await store.enter(searchOf(id))
        await store.claim(alice, 2)
        const { oldestSecs, ...load } = await store.load()
        assert.deepEqual(load, { running: 2, waiting: 1 })
        assert.ok(oldestSecs >= 100 && oldestSecs < 110, `${oldestSecs} s`)
        await subject.advance(31)
        const later = await store.load()
        assert.deepEqual([later.running, later.waiting], [0, 3])
      })

      it('is known by how long a search has waited when it is claimed', async () => {
        await store.enter(searchOf('a'))
        await subject.advance(100)
        const { waitedMs } = await claimOne()
        assert.ok(waitedMs >= 100_000 && waitedMs < 110_000, `${waitedMs} ms`)
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
        await store.enter(searchOf('a', ['url', 'ip']), alice)
        const { lease } = await store.enter(searchOf('b', ['url', 'ip']), alice)
        await store.record(lease!, found)
        const again = await store.enter(searchOf('b', ['url', 'ip']))
        assert.equal(again.created, false)
        assert.deepEqual([again.search.pending, again.search.outcomes], [['ip'], [found]])
        assert.deepEqual(again.search.artifact, searchOf('b').artifact)
      })

      it('gives the lease to the claimant that created the search, and to no other', async () => {
        const entered = await Promise.all([alice, alice, bob, bob].map((one) => store.enter(searchOf('a'), one)))
        const leases = entered.flatMap(({ lease }) => lease ?? [])
        assert.equal(leases.length, 1)
        assert.equal(entered.find(({ created }) => created)?.lease, leases[0])
        assert.deepEqual(await store.claim(bob, 10), [])
      })

      it('keeps values whose keys mean something elsewhere as they are', async () => {
        const value = JSON.parse('{"__proto__":{"a":1},"$where":"x","a.b":{"constructor":[null]},"$$NOW":""}')
        const { search } = await store.enter({ id: 'a', artifact: { type: 'odd', value }, searchers: ['url'] })
        assert.equal(JSON.stringify(search.artifact.value), JSON.stringify(value))
        assert.equal(JSON.stringify((await store.findActive('a'))?.artifact.value), JSON.stringify(value))
      })
    })

    describe('claiming', () => {
      it('gives the longest waiting first, no more than asked for', async () => {
        for (const id of ['c', 'a', 'b']) {
          await store.enter(searchOf(id))
          await subject.advance(1)
        }
        const claimed = await store.claim(alice, 2)
        assert.deepEqual(claimed.map(({ search, attempts }) => [search.id, attempts]).toSorted(), [
          ['a', 1],
          ['c', 1],
        ])
        assert.deepEqual(
          (await store.claim(alice, 2)).map(({ search }) => search.id),
          ['b'],
        )
        assert.deepEqual(await store.claim(alice, 2), [])
      })

      it('gives each search to one of many claimants at once', async () => {
        await Promise.all(Array.from({ length: 20 }, (_, n) => store.enter(searchOf(`s${n}`))))
        const claims = await Promise.all(
          Array.from({ length: 10 }, (_, n) => store.claim({ owner: `o${n}`, leaseSecs: 30 }, 5)),
        )
        const rest = await store.claim(alice, 20)
        const ids = [...claims.flat(), ...rest].map(({ search }) => search.id)
        assert.equal(ids.length, 20)
        assert.equal(new Set(ids).size, 20)
      })

      it('takes over a search whose lease has run out, and counts the attempt', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await subject.advance(29)
        assert.deepEqual(await store.claim(bob, 1), [])
        await subject.advance(2)
        const taken = await claimOne(bob)
        assert.equal(taken.attempts, 2)
        assert.equal(taken.lease.owner, 'bob')
        assert.ok(taken.lease.claimedAt > lease!.claimedAt)
      })

      it('leaves alone what only busy searchers are to look at', async () => {
        await store.enter(searchOf('a', ['url']))
        await store.enter(searchOf('b', ['url', 'ip']))
        await store.enter(searchOf('c', ['ip']))
        const claimed = await store.claim(alice, 10, ['url'])
        assert.deepEqual(claimed.map(({ search }) => search.id).toSorted(), ['b', 'c'])
      })
    })

    describe('renewing', () => {
      it('keeps a lease from running out', async () => {
        await store.enter(searchOf('a'), alice)
        await subject.advance(20)
        assert.deepEqual(await store.renew(alice, ['a']), new Set(['a']))
        await subject.advance(20)
        assert.deepEqual(await store.claim(bob, 1), [])
        await subject.advance(11)
        assert.equal((await claimOne(bob)).search.id, 'a')
      })

      it('tells which searches are no longer the owner’s', async () => {
        await store.enter(searchOf('a'), alice)
        await store.enter(searchOf('b'), alice)
        await subject.advance(31)
        await store.claim(bob, 1)
        assert.equal((await store.renew(alice, ['a', 'b', 'unknown'])).size, 1)
      })
    })

    describe('recording', () => {
      it('shows an outcome at once and takes its searcher off the list', async () => {
        const { lease } = await store.enter(searchOf('a', ['url', 'ip']), alice)
        assert.equal(await store.record(lease!, found), true)
        const active = await store.findActive('a')
        assert.deepEqual([active?.pending, active?.outcomes], [['ip'], [found]])
      })

      it('hands it on to a successor', async () => {
        const { lease } = await store.enter(searchOf('a', ['url', 'ip']), alice)
        await store.record(lease!, failed)
        await subject.advance(31)
        const { search } = await claimOne(bob)
        assert.deepEqual([search.pending, search.outcomes], [['url'], [failed]])
      })

      it('is refused once the lease is lost', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await subject.advance(31)
        await claimOne(bob)
        assert.equal(await store.record(lease!, found), false)
        assert.deepEqual((await store.findActive('a'))?.outcomes, [])
      })

      it('is refused to an owner who has claimed the search anew since', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await subject.advance(31)
        await claimOne(alice)
        assert.equal(await store.record(lease!, found), false)
      })
    })

    describe('giving back', () => {
      it('lets anyone claim the search at once, and counts no attempt', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        assert.equal(await store.release(lease!), true)
        assert.equal((await claimOne(bob)).attempts, 1)
      })

      it('lets nobody claim it before its time', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await store.release(lease!, 60)
        await subject.advance(59)
        assert.deepEqual(await store.claim(bob, 1), [])
        await subject.advance(2)
        assert.equal((await claimOne(bob)).search.id, 'a')
      })

      it('is refused once the lease is lost', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await subject.advance(31)
        await claimOne(bob)
        assert.equal(await store.release(lease!), false)
        assert.deepEqual(await store.claim(alice, 1), [])
      })
    })

    describe('finishing', () => {
      it('moves the search from the active ones to the results', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        assert.equal(await store.finish(lease!, resultOf('a', { outcomes: [found, failed] })), true)
        assert.deepEqual(await store.findResult('a'), { outcomes: [found, failed], stale: false })
        assert.equal(await store.findActive('a'), undefined)
      })

      it('removes the entry alone without a result', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        assert.equal(await store.finish(lease!), true)
        assert.equal(await store.findResult('a'), undefined)
        assert.equal(await store.findActive('a'), undefined)
      })

      it('may be repeated after an answer that was lost', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await store.finish(lease!, resultOf('a'))
        assert.equal(await store.finish(lease!, resultOf('a')), false)
        assert.deepEqual(await store.findResult('a'), { outcomes: [found], stale: false })
      })

      it('lets a result give way to that of a later claim, and never to that of an earlier one', async () => {
        const { lease: early } = await store.enter(searchOf('a'), alice)
        await subject.advance(31)
        const { lease: late } = await claimOne(bob)
        assert.equal(await store.finish(late, resultOf('a', { outcomes: [found] })), true)
        assert.equal(await store.finish(early!, resultOf('a', { outcomes: [failed] })), false)
        assert.deepEqual((await store.findResult('a'))?.outcomes, [found])

        await subject.advance(1)
        const { lease: later } = await store.enter(searchOf('a'), alice)
        await store.finish(later!, resultOf('a', { outcomes: [] }))
        assert.deepEqual((await store.findResult('a'))?.outcomes, [])
      })

      it('leaves the entry of a successor alone', async () => {
        const { lease: early } = await store.enter(searchOf('a'), alice)
        await subject.advance(31)
        await claimOne(bob)
        assert.equal(await store.finish(early!), false)
        assert.equal((await store.findActive('a'))?.id, 'a')
      })
    })

    describe('results', () => {
      it('are stale after their time, and still there', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await store.finish(lease!, resultOf('a', { freshSecs: 60 }))
        await subject.advance(59)
        assert.equal((await store.findResult('a'))?.stale, false)
        await subject.advance(2)
        assert.equal((await store.findResult('a'))?.stale, true)
      })

      it('are gone once they have expired', async () => {
        const { lease } = await store.enter(searchOf('a'), alice)
        await store.finish(lease!, resultOf('a', { ttlSecs: 600 }))
        await subject.advance(599)
        assert.ok(await store.findResult('a'))
        await subject.advance(2)
        assert.equal(await store.findResult('a'), undefined)
      })

      it('are found, active or finished, and unknown only when they were never made', async () => {
        assert.equal(await findSearch(store, 'a'), undefined)
        const { lease } = await store.enter(searchOf('a'), alice)
        assert.ok('active' in (await findSearch(store, 'a'))!)
        await store.finish(lease!, resultOf('a'))
        assert.ok('result' in (await findSearch(store, 'a'))!)
      })

      it('are each found as they are, however many are asked for at once', async () => {
        const kinds = ['finished', 'stale', 'active', 'unknown'] as const
        const asked = Array.from({ length: 160 }, (_, number) => ({ id: `${number}`, kind: kinds[number % 4]! }))
        for (const { id, kind } of asked.filter(({ kind }) => kind !== 'unknown')) {
          const { lease } = await store.enter(searchOf(id), alice)
          const outcomes = [{ searcher: id, hits }]
          if (kind !== 'active')
            await store.finish(lease!, resultOf(id, { outcomes, freshSecs: kind === 'stale' ? 60 : 3600 }))
        }
        await subject.advance(61)
        const found = await Promise.all(asked.map(({ id }) => findSearch(store, id)))
        const seen = found.map((search) => {
          if (!search) return undefined
          return 'active' in search ? search.active.id : [search.result.outcomes[0]!.searcher, search.result.stale]
        })
        const wanted = {
          finished: (id: string) => [id, false],
          stale: (id: string) => [id, true],
          active: (id: string) => id,
          unknown: () => undefined,
        }
        assert.deepEqual(
          seen,
          asked.map(({ id, kind }) => wanted[kind](id)),
        )
      })

      it('are found together also when they are large', async () => {
        const ids = Array.from({ length: 20 }, (_, number) => `${number}`)
        const value = 'x'.repeat(1_000_000)
        const hits = [{ props: [{ type: 'string' as const, name: 'Report', value }] }]
        const outcomesOf = (id: string) => [{ searcher: id, hits }]
        for (const id of ids) {
          const { lease } = await store.enter(searchOf(id), alice)
          await store.finish(lease!, resultOf(id, { outcomes: outcomesOf(id) }))
        }
        const found = await Promise.all(ids.map((id) => store.findResult(id)))
        for (const [index, id] of ids.entries()) {
          // not deepEqual: what it says of a difference would have megabytes
          assert.ok(isDeepStrictEqual(found[index]?.outcomes, outcomesOf(id)), `the result of ${id} differs`)
        }
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
        await store.enter({ ...searchOf('a'), file: { key, ...facts } }, alice)
        await subject.advance(31)
        const { search, lease } = await claimOne(bob)
        assert.deepEqual(search.file, { key, ...facts })
        assert.equal((await text(store.files.read(key))).length, 600_000)
        await store.finish(lease, resultOf('a'))
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
