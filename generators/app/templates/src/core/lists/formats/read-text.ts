import { readLines } from './chunks.ts'
import { describedAs } from '../details.ts'
import type { Draft } from '../draft.ts'

/** A comment: a whole line, or what follows a blank. */
const COMMENT = /(?:^|\s+)[#;](.*)$/s
/** A line of a hosts file: an address that leads nowhere, and names. */
const HOSTS_LINE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1|::)\s+(\S.*)$/
/** Every hosts file has these; they are nobody's names. */
const NO_HOST = /^(?:[^.]*|localhost\.localdomain|0\.0\.0\.0)$/

/** Reads a list that has a value a line, with comments, or that is a hosts file. */
export async function readText(texts: AsyncIterable<string>, draft: Draft): Promise<void> {
  let number = 0
  for await (const lines of readLines(texts))
    for (const line of lines) {
      number++
      const comment = /[#;]/.test(line) ? COMMENT.exec(line) : null
      const value = (comment ? line.slice(0, comment.index) : line).trim()
      if (value === '') continue
      const hosts = HOSTS_LINE.exec(value)?.[1]
      if (hosts === undefined) draft.add(value, number, { details: describedAs(comment?.[1] ?? '') })
      else for (const host of hosts.split(/\s+/)) if (!NO_HOST.test(host)) draft.add(host, number)
    }
}
