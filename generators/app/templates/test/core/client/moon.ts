import * as v from 'valibot'
import type { SourceRequest } from '../../../src/core/client/request.ts'
import { defineSource } from '../../../src/core/client/source.ts'

/** A source that exists in tests only. */
export const moon = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  key: { header: 'X-Key', from: 'https://moon.example/keys' },
})

/** A lookup of it. */
export const lookup = { path: '/look', schema: v.object({ phase: v.string() }) } satisfies SourceRequest<unknown>
