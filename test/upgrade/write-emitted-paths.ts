// To be run with each release: from then on, a path that vanishes needs an entry among the changes of the layout.
import { writeFileSync } from 'node:fs'
import { LIST, emittedPaths } from './emitted-paths.ts'

writeFileSync(LIST, `${JSON.stringify(emittedPaths(), null, 2)}\n`)
