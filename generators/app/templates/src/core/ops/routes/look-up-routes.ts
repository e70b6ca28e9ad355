import { isSearchId, searchIdOf } from '../../protocol/artifact.ts'
import { router } from '../../router.ts'
import { createCaller } from '../../rpc/procedure.ts'
import { RPC_CODES, RpcError } from '../../rpc/error.ts'
import { admit, markArtifact } from '../../search/admission.ts'
import { answerOf } from '../../search/result.ts'
import { previewOf } from '../look-up/preview.ts'
import { readArtifact, type ArtifactForm } from '../look-up/read-artifact.ts'
import { readSearch } from '../look-up/search-view.ts'
import { unknownSearch, type PageAnswer } from '../page-answer.ts'
import { renderLookUpResult } from '../pages/look-up-result.ts'
import { renderLookUpForm } from '../pages/look-up.ts'
import { lookedUpTypes, type PageParts } from './search-routes.ts'

/** The pages on which a value is tried. */
export interface LookUpPages {
  form(): Promise<PageAnswer>
  /** Shows what would be sent, and sends nothing. */
  preview(form: ArtifactForm): Promise<PageAnswer>
  /** Scans the artifact as SOAR would. */
  send(form: ArtifactForm): Promise<PageAnswer>
  /** @throws {RpcError} `NOT_FOUND` */
  show(id: string): Promise<PageAnswer>
}

/** Makes the pages of look-ups. */
export function createLookUpPages({ name, context, backlog }: PageParts): LookUpPages {
  const { store, dispatch, rules, searchIdKey, log } = context
  const caller = createCaller(router, context)
  const lookedUp = lookedUpTypes(context)
  const idOf = (form: ArtifactForm) => {
    const read = readArtifact(form)
    return 'artifact' in read ? searchIdOf(markArtifact(read.artifact, rules).artifact, searchIdKey) : undefined
  }

  const preview = async (form: ArtifactForm, failure?: RpcError): Promise<PageAnswer> => {
    const read = readArtifact(form)
    const common = { name, lookedUp, now: Date.now(), sources: (await backlog()).value.sources }
    if ('problem' in read) {
      const { type, problem } = read
      return { html: renderLookUpForm({ ...common, form: { ...form, type }, problem }), status: 400 }
    }
    const result = await store.findResult(idOf(form)!)
    const shown = previewOf(read.artifact, { dispatch, rules, result })
    return {
      html: renderLookUpForm({ ...common, form, preview: shown, ...(failure && { problem: `${failure.message}.` }) }),
      ...(failure && { status: RPC_CODES[failure.code].status }),
    }
  }

  return {
    async form() {
      return { html: renderLookUpForm({ name, lookedUp, sources: [], now: Date.now() }) }
    },

    preview: (form) => preview(form),

    async send(form) {
      const read = readArtifact(form)
      const id = idOf(form)
      if (id === undefined || 'problem' in read) return preview(form)
      const { asked } = admit(markArtifact(read.artifact, rules), dispatch.lookUpsOf(read.artifact.type))
      if (asked.length === 0) return preview(form)
      log.info({ id, type: read.artifact.type }, 'look-up from the page')
      try {
        await caller.scanArtifact(read.artifact)
      } catch (error) {
        // a failure of its sources is shown on its own page
        if (!(error instanceof RpcError)) throw error
        if (error.code !== 'BAD_GATEWAY') return preview(form, error)
      }
      return { location: `/look-up/${id}` }
    },

    async show(id) {
      const view = isSearchId(id) ? await readSearch(id, { store, dispatch }) : undefined
      if (!view) throw unknownSearch()
      const answer = answerOf(dispatch.lookUpsOf(view.type), view.outcomes, view.notAsked)
      return { html: renderLookUpResult({ name, view, answer, sources: (await backlog()).value.sources }) }
    },
  }
}
