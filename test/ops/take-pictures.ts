// Takes the pictures of both READMEs: `npm run pictures`. Beside them it writes what they were taken of.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { temporaryFolder } from '../temporary-folder.ts'
import { findChromium, openPage } from './browser.ts'
import {
  digestOf,
  lastingText,
  picturedPages,
  PICTURES,
  RECORD,
  STYLE_DIGEST,
  type PictureRecord,
} from './pictured-pages.ts'
import { smallPng } from './small-png.ts'

const WIDTH = 900
const MARGIN = 16

const chromium = await findChromium()
if (!chromium) throw new Error('Chromium is not installed, and takes the pictures')

const pages = await picturedPages()
const file = join(await temporaryFolder(), 'page.html')
await writeFile(file, '')
const browser = await openPage(chromium, pathToFileURL(file).href)
const record: PictureRecord = { style: STYLE_DIGEST, pages: {} }
try {
  await mkdir(PICTURES, { recursive: true })
  await browser.resize(WIDTH, 600)
  for (const [name, page] of Object.entries(pages)) {
    // as it was answered: without its script it does not look for what is new
    await writeFile(file, page.html.replace(/<script>.*<\/script>/s, ''))
    await browser.go(pathToFileURL(file).href)
    const bottom = await browser.evaluate<number>(
      `document.querySelector('main ${page.last}').getBoundingClientRect().bottom`,
    )
    const picture = smallPng(await browser.screenshot(WIDTH, Math.ceil(bottom) + MARGIN))
    await writeFile(new URL(`${name}.png`, PICTURES), picture)
    record.pages[name] = { text: lastingText(page), picture: digestOf(picture) }
    console.log(`${name}.png, ${Math.round(picture.length / 1000)} kB`)
  }
  await writeFile(RECORD, `${JSON.stringify(record, null, 2)}\n`)
} finally {
  await browser.close()
}
