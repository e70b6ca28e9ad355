import * as v from 'valibot'
import type { Context } from './context.ts'
import { artifactSchema, type AnyArtifact } from './protocol/artifact.ts'
import { failuresOf, hitsOf, type Outcome } from './protocol/outcome.ts'
import { capabilitiesSchema, scanResponseSchema, type ScanResponse } from './protocol/response.ts'
import { isSearchId, searchIdOf } from './protocol/search-id.ts'
import { RpcError } from './rpc/error.ts'
import { createProcedureBuilder } from './rpc/procedure.ts'
import type { TrpcRouter } from './rpc/trpc-router.ts'
import { findSearch, type ActiveSearch } from './store/store.ts'

const procedure = createProcedureBuilder<Context>()

/** Takes an artifact and answers with what is known of it; what is not known yet is searched for in the background. */
const scanArtifact = procedure
  .input(artifactSchema)
  .output(scanResponseSchema)
  .mutation(async ({ input: artifact, ctx }) => {
    if (isConnectionTest(artifact)) return nothingFound(artifact, ctx)
    if (artifact.type === 'file.content' && !hasContent(ctx)) return nothingFound(artifact, ctx)
    const searchers = ctx.dispatch.searchersOf(artifact.type)
    if (searchers.length === 0) return nothingFound(artifact, ctx)

    const id = idOf(artifact, ctx)
    const result = await ctx.store.findResult(id)
    if (result && !result.stale) return finished(id, result.outcomes)

    const search = await submit({ id, artifact, searchers: searchers.map(({ name }) => name) }, ctx)
    if (ctx.settings.syncWaitMs > 0) {
      await ctx.runner.settled(id, ctx.settings.syncWaitMs)
      const quick = await ctx.store.findResult(id)
      if (quick && !quick.stale) return finished(id, quick.outcomes)
    }
    return pending(search, ctx)
  })

/** Gives what is known of an earlier scan. */
const scanResult = procedure
  .input(v.object({ id: v.string('must be a string') }, 'must be an object with "id"'))
  .output(scanResponseSchema)
  .query(async ({ input: { id }, ctx }) => {
    const found = isSearchId(id) ? await findSearch(ctx.store, id) : undefined
    if (!found) {
      throw new RpcError('NOT_FOUND', 'No search of this id is known: it was never made, or its result has expired')
    }
    return 'result' in found ? finished(id, found.result.outcomes) : pending(found.active, ctx)
  })

/** Tells whether SOAR should send the content of files. */
const queryCapabilities = procedure
  .output(capabilitiesSchema)
  .query(({ ctx }) => ({ upload_file: ctx.settings.uploadFiles }))

/** The service's procedures; their HTTP binding and `createCaller` are made from it. */
export const router = { scanArtifact, scanResult, queryCapabilities }

/** The router as tRPC's client wants it: `createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: '…/trpc' })] })`. */
export type AppRouter = TrpcRouter<typeof router>

/** `resutil threatservicetest` sends this, and wants an immediate and complete answer. */
function isConnectionTest({ type, value }: AnyArtifact): boolean {
  return type === 'net.name' && value === 'localhost'
}

/** @throws {RpcError} when there is a file that is not wanted, or none that is. */
function hasContent({ upload, settings }: Context): boolean {
  if (upload && !settings.uploadFiles) {
    throw new RpcError('UNSUPPORTED_MEDIA_TYPE', 'This service takes no files: CTS_UPLOAD_FILES is off')
  }
  if (!upload && settings.uploadFiles) {
    throw new RpcError('BAD_REQUEST', 'The input is wrong: an artifact "file.content" needs a part "file"', {
      issues: [{ path: 'file', message: 'is missing' }],
    })
  }
  return upload !== undefined
}

function idOf(artifact: AnyArtifact, { searchIdKey, upload }: Context): string {
  return searchIdOf(artifact, searchIdKey, artifact.type === 'file.content' ? upload?.sha256 : undefined)
}

function nothingFound(artifact: AnyArtifact, ctx: Context): ScanResponse {
  return { id: idOf(artifact, ctx), hits: [] }
}

async function submit(
  search: { id: string; artifact: AnyArtifact; searchers: string[] },
  { runner, upload }: Context,
): Promise<ActiveSearch> {
  if (search.artifact.type !== 'file.content' || !upload?.key) return (await runner.submit(search)).search
  const { key, size, sha256, sha1, md5 } = upload
  // should entering fail half-way, the store may have the search all the same, and with it the file
  upload.taken = true
  const { search: active, created } = await runner.submit({ ...search, file: { key, size, sha256, sha1, md5 } })
  upload.taken = created
  return active
}

function pending({ id, outcomes }: ActiveSearch, { settings }: Context): ScanResponse {
  const hits = hitsOf(outcomes)
  return { id, retry_secs: settings.retrySecs, ...(hits.length > 0 && { hits }) }
}

/** "Nothing found" is said only when every searcher has looked; hits say beside them what could not be asked. */
function finished(id: string, outcomes: readonly Outcome[]): ScanResponse {
  const hits = hitsOf(outcomes)
  const failures = failuresOf(outcomes).map(({ searcher, failure }) => `${searcher}: ${failure.message}`)
  if (failures.length === 0) return { id, hits }
  if (hits.length === 0) throw new RpcError('BAD_GATEWAY', `Not every searcher could look: ${failures.join('; ')}`)
  return {
    id,
    hits: [...hits, { props: [{ type: 'string', name: 'Could not be asked', value: failures.join('; ') }] }],
  }
}
