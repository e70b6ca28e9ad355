import type { ListStatus } from '../../../src/core/lists/list.ts'

/** A list that is well, but for what a test says. */
export function listStatus(changes: Partial<ListStatus> = {}): ListStatus {
  return {
    list: 'bad/urls.txt',
    title: 'Bad URLs',
    use: 'bad',
    entries: 1234,
    leftOut: 0,
    ageSecs: 7200,
    state: 'ok',
    badLineCount: 0,
    badLines: [],
    ...changes,
  }
}
