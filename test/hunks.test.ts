import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hunks } from '../generators/hunks.ts'

const lines = (...names: (string | number)[]) => names.map((name) => `${name}\n`).join('')

describe('a difference', () => {
  it('is shown with three lines before and after', () => {
    const changes = [
      { value: lines(1, 2, 3, 4) },
      { value: lines('old'), removed: true },
      { value: lines('new', 'newer'), added: true },
      { value: lines(5, 6, 7, 8, 9, 10, 11) },
      { value: lines('more'), added: true },
      { value: lines(12) },
    ]
    const shown = [
      '…',
      ' 2',
      ' 3',
      ' 4',
      '-old',
      '+new',
      '+newer',
      ' 5',
      ' 6',
      ' 7',
      '…',
      ' 9',
      ' 10',
      ' 11',
      '+more',
      ' 12',
    ]
    assert.deepEqual(hunks(changes), shown)
  })

  it('is shown whole where little is between', () => {
    const changes = [
      { value: lines('a'), added: true },
      { value: lines(1, 2, 3, 4, 5, 6) },
      { value: 'b', removed: true },
    ]
    assert.deepEqual(hunks(changes), ['+a', ' 1', ' 2', ' 3', ' 4', ' 5', ' 6', '-b'])
  })
})
