import * as v from 'valibot'
import { defineSource } from '../../../src/core/client/source.ts'
import type { HttpRequest } from '../../../src/core/client/request.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'

/** A look-up of the moon. */
export const lookup = { path: '/look', schema: v.object({ phase: v.string() }) } satisfies HttpRequest<unknown>

/** A source that exists in tests only. */
export const moon = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  key: { header: 'X-Key', from: 'https://moon.example/keys' },
  lookUp: { 'net.name': async (_name, { ask }) => [hit(text('Phase', (await ask(lookup)).phase))] },
})
