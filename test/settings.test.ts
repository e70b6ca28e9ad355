import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withSettings } from '../generators/app/templates/scripts/env-file.ts'
import { settingsOf, withSettingsOf } from '../generators/searcher/settings.ts'

const settings = [
  { name: 'A_API_KEY', comment: 'A: the key', example: '' },
  { name: 'A_API_URL', comment: 'A: its origin', example: 'https://a.example', optional: true },
]
const lines = '# A: the key\nA_API_KEY=\n# A: its origin\n# A_API_URL=https://a.example\n'

describe('settings in an .env file', () => {
  it('are put at its end, one with a default as a comment', () => {
    assert.equal(withSettings('', settings), lines)
    assert.equal(withSettings('PORT=8080\n', settings), `PORT=8080\n\n${lines}`)
  })

  it('are never there twice', () => {
    const once = withSettings('PORT=8080\n', settings)
    assert.equal(withSettings(once, settings), once)
  })

  it('are left as their owner has them', () => {
    for (const line of ['A_API_KEY=secret', '  export A_API_KEY = x', '#A_API_KEY=', 'A_API_KEY_FILE=/run/secrets/a']) {
      const text = `${line}\nA_API_URL=http://127.0.0.1:1\n`
      assert.equal(withSettings(text, settings), text)
    }
  })

  it('are taken from another such file if they are missing, with what it says of them', () => {
    const other = '# Head\n\n# Where\nURL=\n\n# Both or neither\nUSER=\nPASSWORD=\n\n# Foot\n'
    assert.equal(
      withSettingsOf('# URL=x\nUSER_FILE=/x\n', other),
      '# URL=x\nUSER_FILE=/x\n\n# Both or neither\nPASSWORD=\n',
    )
    assert.equal(withSettingsOf(other, other), other)
  })

  it('are not mistaken for others whose name begins or ends alike', () => {
    const text = 'A_API_KEY_2=\nMY_A_API_KEY=\nA_API_URL=\n'
    assert.equal(withSettings(text, settings), `${text.trimEnd()}\n\n# A: the key\nA_API_KEY=\n`)
  })

  it('of a skeleton come once it is filled in', () => {
    assert.deepEqual(settingsOf(['blank']), [])
  })
})
