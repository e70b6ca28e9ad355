import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from '@trpc/client'
import type { AppRouter } from '../../generators/app/templates/src/core/router.ts'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { QUICK_SEARCHER } from './searchers.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }

for (const [how, link] of [
  ['one by one', httpLink],
  ['in batches', httpBatchLink],
] as const) {
  describe(`tRPC’s own client, calling ${how}`, () => {
    let service: AssembledService
    let replica: Replica
    before(async () => {
      service = await assembleService({ quick: QUICK_SEARCHER })
      replica = await startReplica(service.main, { CTS_USER: 'soar', CTS_PASSWORD: 'secret' })
    })
    after(async () => {
      replica.signal('SIGTERM')
      assert.equal(await replica.ended, 0)
      await service.remove()
    })
    const clientOf = (password: string) => {
      const authorization = `Basic ${Buffer.from(`soar:${password}`).toString('base64')}`
      return createTRPCClient<AppRouter>({ links: [link({ url: `${replica.url}/trpc`, headers: { authorization } })] })
    }

    it('calls every procedure, with types', async () => {
      const client = clientOf('secret')
      const [{ upload_file }, { id, retry_secs }] = await Promise.all([
        client.queryCapabilities.query(),
        client.scanArtifact.mutate(artifact),
      ])
      const asked: number | undefined = retry_secs
      assert.deepEqual([upload_file, asked], [false, 5])
      let found = await client.scanResult.query({ id })
      while (found.retry_secs !== undefined) found = await client.scanResult.query({ id })
      const name: string | undefined = found.hits?.[0]?.props[0]?.name
      assert.equal(name, 'Threat')
    })

    it('gets errors with types', async () => {
      const failed = async (call: Promise<unknown>) => {
        const error = await call.then(
          () => assert.fail('it did not fail'),
          (thrown: unknown) => thrown,
        )
        assert.ok(error instanceof TRPCClientError)
        return error as TRPCClientError<AppRouter>
      }
      const [unknown, wrong] = await Promise.all([
        failed(clientOf('secret').scanResult.query({ id: 'x' })),
        failed(clientOf('secret').scanArtifact.mutate({ type: 'net.port', value: 'http' })),
      ])
      assert.deepEqual([unknown.data?.code, unknown.data?.httpStatus], ['NOT_FOUND', 404])
      assert.deepEqual(wrong.data?.issues, [{ path: 'value', message: 'must be a number' }])
      assert.equal((await failed(clientOf('wrong').queryCapabilities.query())).data?.code, 'UNAUTHORIZED')
    })

    it('is refused by the types what is no procedure', () => {
      const client = clientOf('secret')
      // @ts-expect-error: there is no such procedure
      void client.scanNothing
      // @ts-expect-error: it is a mutation
      void client.scanArtifact.query
    })
  })
}
