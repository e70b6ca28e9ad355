import type { Context } from '../../context.ts'
import { isSearchId, searchIdOf } from '../../protocol/artifact.ts'
import { markArtifact } from '../../search/admission.ts'
import type { Known } from '../cached.ts'
import { readArtifact, type ArtifactForm } from '../look-up/read-artifact.ts'
import { readSearch } from '../look-up/search-view.ts'
import { unknownSearch, type PageAnswer } from '../page-answer.ts'
import { renderSearch, renderSearchForm } from '../pages/search.ts'
import type { Backlog } from '../sources/source-facts.ts'

/** What the pages of searches are made from. */
export interface PageParts {
  name: string
  context: Context
  backlog(): Promise<Known<Backlog>>
}

/** The pages on which a search is found and shown. */
export interface SearchPages {
  form(id: string): Promise<PageAnswer>
  find(form: ArtifactForm): Promise<PageAnswer>
  /** @throws {RpcError} `NOT_FOUND` */
  show(id: string): Promise<PageAnswer>
}

/** Makes the pages of searches: none of them sends anything to a source. */
export function createSearchPages({ name, context, backlog }: PageParts): SearchPages {
  const { dispatch, rules, searchIdKey } = context
  const lookedUp = lookedUpTypes(context)
  return {
    async form(id) {
      const wanted = id.trim()
      if (wanted === '') return { html: renderSearchForm({ name, lookedUp }) }
      if (isSearchId(wanted)) return { location: `/search/${wanted}` }
      const problem = 'That is no id of a search: they have 43 letters, digits, - and _.'
      return { html: renderSearchForm({ name, lookedUp, problem }), status: 400 }
    },

    async find(form) {
      const read = readArtifact(form)
      if ('problem' in read) {
        return { html: renderSearchForm({ name, lookedUp, problem: read.problem }), status: 400 }
      }
      const { artifact } = markArtifact(read.artifact, rules)
      const id = searchIdOf(artifact, searchIdKey)
      if (await readSearch(id, { store: context.store, dispatch })) return { location: `/search/${id}` }
      const problem = `Nothing is known of this ${artifact.type}: it was not looked up, or that is forgotten.`
      return { html: renderSearchForm({ name, lookedUp, problem }), status: 404 }
    },

    async show(id) {
      const view = isSearchId(id) ? await readSearch(id, { store: context.store, dispatch }) : undefined
      if (!view) throw unknownSearch()
      return { html: renderSearch(name, view, (await backlog()).value.sources) }
    },
  }
}

/** The types that the service looks up, sorted. */
export function lookedUpTypes({ dispatch }: Context): string[] {
  return [...new Set(dispatch.lookUps.flatMap(({ types }) => types))].toSorted()
}
