import type { Reach } from '../../gate/decide.ts'
import type { Preview, PreviewRow } from '../look-up/preview.ts'
import { GUESS, seenOf, type ArtifactForm } from '../look-up/read-artifact.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { stateOf } from '../sources/source-state.ts'
import { exactTime } from '../words.ts'
import { renderArtifactForm } from './artifact-form.ts'
import { renderDocument } from './document.ts'
import { html, table, type Html } from './html.ts'
import { renderState } from './state-words.ts'

/** Who learns of a value that is sent. */
const TOLD: Readonly<Record<Reach, string>> = {
  local: 'it stays in this process',
  own: 'it stays in your own network',
  query: 'its operator learns of it',
  submit: 'its operator may publish it',
}

/** The look-up page, before anything is sent. */
export interface LookUpForm {
  name: string
  lookedUp: readonly string[]
  /** What was entered. */
  form?: ArtifactForm
  /** What is wrong with that. */
  problem?: string
  preview?: Preview
  sources: readonly SourceFacts[]
  now: number
}

/** The page on which a value is tried: first it shows what would be sent. */
export function renderLookUpForm({ name, lookedUp, form, problem, preview, sources, now }: LookUpForm): string {
  const type = preview?.type ?? form?.type ?? GUESS
  const isAsked = preview?.rows.some(({ kept }) => kept === undefined) ?? false
  const buttons = html`<button${!isAsked && html` class="first"`} name="step" value="preview">Show what would be sent</button>${isAsked && html`<button class="first" name="step" value="send">Look it up</button>`}`
  const main = html`<h1>Look something up</h1>
    ${problem !== undefined && html`<p role="alert"><strong class="bad">${problem}</strong></p>`}
    ${!preview && html`<p>Enter a value as you have it, defanged or not. Nothing is sent before you have seen what would be.</p>`}
    ${preview && renderPreview(preview, sources, now)}
    ${renderArtifactForm({
      action: '/look-up',
      value: form?.value ?? '',
      type,
      lookedUp,
      seen: preview && seenOf({ type, value: form?.value ?? '' }),
      buttons,
    })}`
  return renderDocument({ name, title: 'Look something up', path: '/look-up', main, isLive: false })
}

function renderPreview({ type, canonical, fault, rows }: Preview, sources: readonly SourceFacts[], now: number): Html {
  const cells = rows.map((row) => {
    const facts = sources.find(({ id }) => id === row.id)
    return {
      key: row.id,
      cells: [row.title, renderSent(row, facts), renderWhy(row, now), facts && renderHow(facts, now)],
    }
  })
  const none = `This service looks ${type} up nowhere.`
  return html`<p>Canonical form, of type ${type}: <code>${canonical}</code></p>
    ${fault !== undefined && html`<p><strong class="warn">The value ${fault}</strong>, so that no public source sees it: choose another type.</p>`}
    <h2>What would be sent</h2>
    ${table('What would be sent', ['Source', 'It would be sent', 'Why', 'How it is now'], cells, none)}`
}

function renderSent({ kept, sent, cut, fresh }: PreviewRow, facts: SourceFacts | undefined): Html {
  if (kept !== undefined || fresh || facts?.missing) return html`<span class="faint">nothing</span>`
  return html`<code>${sent}</code>${cut && ' (cut)'}`
}

function renderWhy({ kept, fresh, ask, reach }: PreviewRow, now: number): string {
  if (kept !== undefined) return kept
  if (fresh) return `asked at ${exactTime(fresh.at, now)}, and that is fresh until ${exactTime(fresh.until, now)}`
  return ask === 'if-nothing-found' ? `${TOLD[reach]}; only if others find nothing` : TOLD[reach]
}

function renderHow(facts: SourceFacts, now: number): Html {
  return renderState(stateOf(facts), now)
}
