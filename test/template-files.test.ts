import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import prettier from 'prettier'
import { isLeftOut, templateFiles } from '../generators/app/template-files.ts'
import { generatorFolder } from '../generators/package-root.ts'
import { bytesOf, isBinary } from '../generators/upgrade/binary.ts'

const values = { name: 'my-cts', description: 'Looks up "a" & <b>', uploadFiles: true }
const files = templateFiles(values)
const text = (path: string) => files.find((file) => file.path === path)!.text

describe('the files of a new service', () => {
  it('are named as they are emitted: a leading "_" becomes "."', () => {
    const paths = files.map((file) => file.path)
    for (const path of ['.gitignore', '.env.example', 'package.json', 'README.md', 'src/main.ts']) {
      assert.ok(paths.includes(path), `${path} is missing`)
    }
    assert.deepEqual(
      paths.filter((path) => /(?:^|\/)_/.test(path)),
      [],
    )
  })

  it('leave out searchers and sources, which come with the choice of them', () => {
    const chosen = /^(?:src\/searchers|src\/sources|test\/searchers|test\/sources|test\/mocks)\//
    assert.deepEqual(
      files.filter((file) => chosen.test(file.path)),
      [],
    )
  })

  it('leave out what working in the templates leaves behind', () => {
    for (const path of [
      'node_modules',
      'dist',
      'coverage',
      '.env',
      'npm-debug.log',
      'src/searchers',
      'src/sources',
      'a/dist',
    ]) {
      assert.ok(isLeftOut(path), path)
    }
    for (const path of ['.env.example', 'src', 'src/core', 'test/core', '_gitignore', 'package.json']) {
      assert.ok(!isLeftOut(path), path)
    }
  })

  it('say name and description as they are', () => {
    const { name, description } = JSON.parse(text('package.json')) as Record<string, string>
    assert.deepEqual({ name, description }, { name: 'my-cts', description: 'Looks up "a" & <b>' })
    assert.ok(text('README.md').startsWith('# my-cts\n\nLooks up "a" & <b>\n'))
    assert.match(text('.env.example'), /^CTS_UPLOAD_FILES=true$/m)
  })

  it('have their pictures byte for byte', async () => {
    const pictures = files.filter(({ path }) => path.endsWith('.png'))
    assert.ok(pictures.length > 0)
    for (const { path, text: base64 } of pictures) {
      assert.deepEqual(bytesOf(path, base64), await readFile(`${generatorFolder('app')}/templates/${path}`), path)
    }
  })

  it('hold no tag that was not rendered', () => {
    for (const file of files.filter(({ path }) => !isBinary(path))) assert.doesNotMatch(file.text, /<%|%>/, file.path)
  })

  for (const name of ['x', 'a-service-whose-name-is-as-long-as-the-name-of-a-service-may-be-x']) {
    it(`are formatted as prettier would, with the name "${name.slice(0, 20)}"`, async () => {
      const options = { semi: false, singleQuote: true, printWidth: 120 }
      for (const file of templateFiles({ ...values, name: name.slice(0, 63) })) {
        const { inferredParser: parser } = await prettier.getFileInfo(file.path)
        if (parser) assert.ok(await prettier.check(file.text, { ...options, filepath: file.path }), file.path)
      }
    })
  }
})
