import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Lists } from '../../src/core/lists/lists.ts'
import { hit, number, text } from '../../src/core/protocol/hit.ts'
import { lists } from '../../src/sources/lists.ts'
import { createFolder } from '../core/lists/lists-under-test.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, trySource } from '../core/sources/try-source.ts'
import { folder } from '../mocks/lists.ts'

const name = sampleArtifact('net.name')

describe(`source "${lists.id}"`, () => {
  for (const type of lists.types) {
    it(`finds a listed value of ${type}, and asks nobody`, async (t) => {
      const opened = await createFolder(t, folder).open()
      const { hits, requests } = await findHits(lists, sampleArtifact(type), [], { lists: opened })
      assert.deepEqual(
        hits.map(({ props }) => props.slice(0, 2)),
        [[text('Source', 'Local lists'), text('List', 'Demo list')]],
      )
      assert.deepEqual(requests, [])
    })
  }

  it('says which entry of which list matches, how, and how old the list is', async (t) => {
    const opened = await createFolder(t, { 'bad/demo.csv': folder['bad/demo.csv'] }).open()
    const { hits } = await findHits(lists, { type: 'net.ip', value: '198.51.100.7' }, [], { lists: opened })
    const [source, list] = [text('Source', 'Local lists'), text('List', 'bad/demo.csv')]
    const entry = text('Entry', '198.51.100.0/24')
    assert.deepEqual(hits, [hit(source, list, entry, text('Matched', 'in 198.51.100.0/24'), listFrom(opened))])
  })

  it('has all that a list says of an entry', async (t) => {
    const indicator = {
      type: 'indicator',
      id: 'indicator--00000000-0000-4000-8000-000000000001',
      created: '2025-12-24T00:00:00Z',
      pattern: "[domain-name:value = 'malware.example']",
      name: 'Dropper',
      confidence: 80,
      labels: ['malware', 'exe'],
      object_marking_refs: ['marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487'],
    }
    const opened = await createFolder(t, {
      'bad/a.json': JSON.stringify({ type: 'bundle', objects: [indicator] }),
    }).open()
    const { hits } = await findHits(lists, name, [], { lists: opened })
    assert.deepEqual(hits, [
      hit(
        text('Source', 'Local lists'),
        text('List', 'bad/a.json'),
        text('Entry', 'malware.example'),
        text('Matched', 'exactly'),
        text('Description', 'Dropper'),
        number('Confidence', 80),
        text('Labels', 'malware, exe'),
        text('TLP', 'TLP:CLEAR'),
        text('Listed since', '2025-12-24T00:00:00.000Z'),
        listFrom(opened),
      ),
    ])
  })

  it('finds nothing of what is in no list', async (t) => {
    const opened = await createFolder(t, folder).open()
    const { hits } = await findHits(lists, { type: 'net.name', value: 'good.example' }, [], { lists: opened })
    assert.deepEqual(hits, [])
  })

  it('fails when nothing was found and a list cannot be read', async (t) => {
    const opened = await createFolder(t, { ...folder, 'bad/empty.txt': '' }).open()
    const { failure } = await trySource(lists, { type: 'net.name', value: 'good.example' }, [], { lists: opened })
    assert.deepEqual(failure, {
      kind: 'unavailable',
      message: 'list bad/empty.txt has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json',
    })
  })

  it('gives what it found beside what it could not read', async (t) => {
    const opened = await createFolder(t, { ...folder, 'bad/empty.txt': '' }).open()
    const { hits, gaps } = await trySource(lists, name, [], { lists: opened })
    assert.equal(hits?.length, 1)
    assert.deepEqual(gaps, [
      'list bad/empty.txt has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json',
    ])
  })

  it('fails when there is no list of what is bad', async (t) => {
    const opened = await createFolder(t).open()
    const { failure } = await trySource(lists, name, [], { lists: opened })
    assert.deepEqual(failure, { kind: 'unavailable', message: 'list bad/ is empty: put a list there' })
  })

  it('fails without a folder of lists, and says which setting names it', async () => {
    const { failure } = await trySource(lists, name, [])
    assert.deepEqual(failure, { kind: 'key_refused', message: 'Local lists need a folder: set CTS_LISTS' })
  })
})

function listFrom(opened: Lists) {
  return text('List from', new Date(opened.match('net.name', name.value).hits[0]!.asOf))
}
