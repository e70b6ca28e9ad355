import * as v from 'valibot'
import type { Context } from './context.ts'
import { artifactSchema, isSearchId, searchIdOf, type AnyArtifact } from './protocol/artifact.ts'
import { hitsOf, type NotAsked, type Outcome } from './protocol/outcome.ts'
import { capabilitiesSchema, scanResponseSchema, type ScanResponse } from './protocol/response.ts'
import { RpcError } from './rpc/error.ts'
import { createProcedureBuilder } from './rpc/procedure.ts'
import type { TrpcRouter } from './rpc/trpc-router.ts'
import { admit, markArtifact, planOf, tellKeptIn, type MarkedArtifact } from './search/admission.ts'
import { answerOf, freshnessOf, isFresh, shortened } from './search/result.ts'
import type { NewSearch, PendingSearch, StoredResult } from './store/store.ts'

/** How much later a rescan ranks than a new artifact that came with it: in milliseconds. */
const RESCAN_MS = 3_600_000

/** How much of what is fresh is carried along by a search: in bytes of JSON. The result has all of it. */
const MAX_CARRIED_BYTES = 3_000_000

const procedure = createProcedureBuilder<Context>()

/** Takes an artifact and answers with what is known of it; what is not known yet is searched for in the background. */
const scanArtifact = procedure
  .input(artifactSchema)
  .output(scanResponseSchema)
  .mutation(async ({ input: artifact, ctx }) => {
    if (isConnectionTest(artifact)) return nothingFound(artifact, ctx)
    if (artifact.type === 'file.content' && !hasContent(ctx)) return nothingFound(artifact, ctx)
    const lookUps = ctx.dispatch.lookUpsOf(artifact.type)
    if (lookUps.length === 0) return nothingFound(artifact, ctx)

    const marked = markArtifact(artifact, ctx.rules, contentHashOf(artifact, ctx))
    const { asked, notAsked } = admit(marked, lookUps)
    const id = idOf(marked.artifact, ctx)
    if (asked.length === 0) return keptIn({ id, marked, notAsked }, ctx)

    const result = await ctx.store.findResult(id)
    const { due, fresh } = freshnessOf(asked, result?.outcomes ?? [], result?.now ?? 0)
    const plan = planOf(due, fresh)
    const known = { id, type: artifact.type, outcomes: fresh, notAsked: [...notAsked, ...plan.notAsked] }
    tellKeptIn(known, ctx)
    if (plan.pending.length === 0) return finished(id, known, ctx)

    const { type, value } = marked.artifact
    const search = {
      ...known,
      outcomes: shortened(fresh, MAX_CARRIED_BYTES),
      artifact: { type, value },
      pending: plan.pending,
      deferred: plan.deferred,
      rankAfterMs: result ? RESCAN_MS : 0,
      endAfterSecs: ctx.settings.maxWaitSecs,
      token: result?.token ?? 0,
    }
    const entered = await submit(search, result, ctx)
    if (ctx.settings.syncWaitMs > 0) {
      const quick = (await ctx.runner.settled(id, ctx.settings.syncWaitMs)) ?? (await ctx.store.findResult(id))
      if (quick && isDone(quick, ctx)) return finished(id, quick, ctx)
    }
    // another replica, with other settings, may have entered it
    return pending({ ...entered, notAsked: known.notAsked }, ctx)
  })

/** Gives what is known of an earlier scan. */
const scanResult = procedure
  .input(v.object({ id: v.string('must be a string') }, 'must be an object with "id"'))
  .output(scanResponseSchema)
  .query(async ({ input: { id }, ctx }) => {
    if (!isSearchId(id)) throw unknownId()
    const result = await ctx.store.findResult(id)
    if (result && isDone(result, ctx)) return finished(id, result, ctx)
    // a search that is active comes first: else its caller would take what is old for the final answer
    const active = await ctx.store.findPending(id)
    if (active) return pending(active, ctx)
    // it may have ended between the two looks
    const ended = await ctx.store.findResult(id)
    if (!ended || ended.readableUntil <= ended.now) throw unknownId()
    return finished(id, ended, ctx)
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

function idOf(artifact: AnyArtifact, ctx: Context): string {
  return searchIdOf(artifact, ctx.searchIdKey, contentHashOf(artifact, ctx))
}

function contentHashOf({ type }: AnyArtifact, { upload }: Context): string | undefined {
  return type === 'file.content' ? upload?.sha256 : undefined
}

/** Whoever asks of a malformed value in vain is to know: "nothing found" would be untrue. */
function keptIn(
  { id, marked, notAsked }: { id: string; marked: MarkedArtifact; notAsked: readonly NotAsked[] },
  ctx: Context,
): ScanResponse {
  const { artifact, fault } = marked
  tellKeptIn({ id, type: artifact.type, notAsked }, ctx)
  if (fault === undefined || !notAsked.some(({ rule }) => rule === 'malformed'))
    return { id, hits: [], ...toField(notAsked) }
  throw new RpcError('BAD_REQUEST', `The input is wrong: "value" ${fault}`, {
    issues: [{ path: 'value', message: fault }],
  })
}

/** Whether a result is the whole answer: nothing in it is due, and no search was entered after it. */
function isDone({ type, outcomes, superseded, now }: StoredResult, { dispatch }: Context): boolean {
  const lookUps = dispatch.lookUpsOf(type)
  const lookUpOf = (outcome: Outcome) => lookUps.find(({ id }) => id === outcome.lookUp)
  return !superseded && outcomes.every((outcome) => isFresh(outcome, lookUpOf(outcome), now))
}

async function submit(search: NewSearch, result: StoredResult | undefined, ctx: Context): Promise<PendingSearch> {
  const { store, runner, upload } = ctx
  if (runner.isFull) {
    const known = await store.findPending(search.id)
    if (known) return known
    throw new RpcError('SERVICE_UNAVAILABLE', 'Too many searches wait already (CTS_MAX_WAITING): try again later')
  }
  // else it would be read as the final answer while the search is active
  if (result && isDone(result, ctx)) await store.supersede(search.id)
  if (search.artifact.type !== 'file.content' || !upload?.key) return (await runner.submit(search)).search
  const { key, size, sha256, sha1, md5 } = upload
  // should entering fail half-way, the store may have the search all the same, and with it the file
  upload.taken = true
  const entered = await runner.submit({ ...search, file: { key, size, sha256, sha1, md5 } })
  upload.taken = entered.created
  return entered.search
}

function unknownId(): RpcError {
  return new RpcError('NOT_FOUND', 'No search of this id is known: it was never made, or its result has expired')
}

function nothingFound(artifact: AnyArtifact, ctx: Context): ScanResponse {
  return { id: idOf(artifact, ctx), hits: [] }
}

function pending({ id, type, outcomes, notAsked }: PendingSearch, { dispatch, settings }: Context): ScanResponse {
  const known = dispatch.lookUpsOf(type).flatMap((lookUp) => outcomes.filter((one) => one.lookUp === lookUp.id))
  return { id, retry_secs: settings.retrySecs, hits: hitsOf(known), ...toField(notAsked) }
}

function finished(
  id: string,
  { type, outcomes, notAsked }: Pick<StoredResult, 'type' | 'outcomes' | 'notAsked'>,
  { dispatch }: Context,
): ScanResponse {
  const answer = answerOf(dispatch.lookUpsOf(type), outcomes, notAsked)
  if ('failure' in answer) throw new RpcError('BAD_GATEWAY', answer.failure)
  return { id, hits: answer.hits, ...toField(notAsked) }
}

function toField(notAsked: readonly NotAsked[]): Pick<ScanResponse, 'not_asked'> {
  if (notAsked.length === 0) return {}
  return { not_asked: notAsked.map(({ lookUp, rule }) => ({ source: lookUp, rule })) }
}
