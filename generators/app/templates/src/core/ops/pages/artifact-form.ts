import { artifactValues } from '../../protocol/artifact.ts'
import { GUESS } from '../look-up/read-artifact.ts'
import { html, type Html, type Part } from './html.ts'

/** A form with a value and its type. */
export interface ArtifactFormFacts {
  action: string
  value: string
  /** `guess`, or an artifact type. */
  type: string
  /** The types that the service looks up: they come first. */
  lookedUp: readonly string[]
  /** What has been shown of what would be sent, if it has. */
  seen?: string | undefined
  buttons: Part
}

/** The fields for an artifact: what it is is guessed unless it is chosen. */
export function renderArtifactForm({ action, value, type, lookedUp, seen, buttons }: ArtifactFormFacts): Html {
  const option = (name: string, words = name) =>
    html`<option value="${name}" ${name === type && html` selected`}>${words}</option>`
  const others = Object.keys(artifactValues).filter((name) => !lookedUp.includes(name) && name !== 'file.content')
  const first = lookedUp.filter((name) => name !== 'file.content')
  const groups = [
    option(GUESS, 'guess it from the value'),
    first.length > 0 &&
      html`<optgroup label="looked up by this service">${first.map((name) => option(name))}</optgroup>`,
    html`<optgroup label="others">${others.map((name) => option(name))}</optgroup>`,
  ]
  return html`<form method="post" action="${action}">
    ${seen !== undefined && html`<input type="hidden" name="seen" value="${seen}" />`}
    <label for="value">Value</label>
    <input
      id="value"
      name="value"
      value="${value}"
      required
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      maxlength="20000"
    />
    <label for="type">Type</label>
    <select id="type" name="type">
      ${groups}
    </select>
    <div>${buttons}</div>
  </form>`
}
