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

  // what says no name is the same in every service, and checked in one that is made from end to end
  it('are formatted as prettier would where they say the name, however long it is', async () => {
    const names = ['x', 'a-service-whose-name-is-as-long-as-the-name-of-a-service-may-be-x'.slice(0, 63)]
    const [short, long] = names.map((name) => templateFiles({ ...values, name })) as [typeof files, typeof files]
    const saying = short.flatMap((file, index) => (file.text === long[index]!.text ? [] : [file, long[index]!]))
    assert.ok(saying.length > 0)
    for (const { path, text } of saying) {
      const { inferredParser: parser } = await prettier.getFileInfo(path)
      const options = { semi: false, singleQuote: true, printWidth: 120, filepath: path }
      if (parser) assert.ok(await prettier.check(text, options), path)
    }
  })
})
