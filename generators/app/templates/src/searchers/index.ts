// Rendered from the files in this folder by `npm run searchers`. Delete this line to keep the file by hand.
import type { Searcher } from '../core/define.ts'

/** Every searcher of this service; the dispatch is made from it. */
export const searchers: Searcher[] = []
