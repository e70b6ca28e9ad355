// The last step of `npm run build`: what the compiled generator knows of the sources.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'
import { readSources } from './read-sources.ts'

writeFileSync(join(packageRoot, 'dist/generators/sources.json'), JSON.stringify(await readSources(), null, 2))
