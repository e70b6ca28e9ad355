import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatorFolder } from '../package-root.ts'
import { adaptMock, adaptSearcher, adaptTest, mockName } from './adapt.ts'
import type { SearcherPlan } from './plan.ts'

/** A file of the service: its path from the service's folder, with slashes, and its text. */
export interface EmittedFile {
  path: string
  text: string
}

/** The three files of a searcher: its code, its test, and its source's MSW handlers. */
export function searcherFiles(plan: SearcherPlan): { searcher: EmittedFile; test: EmittedFile; mock: EmittedFile } {
  const { name, source } = plan
  return {
    searcher: {
      path: `src/searchers/${name}.ts`,
      text: adaptSearcher(template(`src/searchers/${source.id}.ts`), plan),
    },
    test: {
      path: `test/searchers/${name}.test.ts`,
      text: adaptTest(template(`test/searchers/${source.id}.test.ts`), plan),
    },
    mock: {
      path: `test/mocks/${mockName(plan)}.ts`,
      text: adaptMock(template(`test/mocks/${source.id}.ts`), plan),
    },
  }
}

function template(path: string): string {
  return readFileSync(join(generatorFolder('searcher'), 'templates', path), 'utf8')
}
