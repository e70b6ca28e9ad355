import { runPart } from './part.ts'

await runPart('second')
