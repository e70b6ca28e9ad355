import type { SourceState } from '../sources/source-state.ts'
import { clockTime, duration } from '../words.ts'
import { html, type Html } from './html.ts'

/** How a source is, in words: the first say it at a glance. */
export function renderState(state: SourceState, now: number): Html {
  switch (state.kind) {
    case 'well':
      return html`<span class="good">well</span>`
    case 'off':
      return html`<span class="faint">switched off</span>`
    case 'unfinished':
      return html`<span class="faint">not filled in yet</span>`
    case 'incomplete':
      return html`<strong class="bad">key or address missing</strong>: set <code>${state.setting}</code>`
    case 'key refused':
      return html`<strong class="bad">key refused</strong> since ${clockTime(state.since, now)}, as this replica saw it`
    case 'held':
      return html`<strong class="warn">waiting until ${clockTime(state.until, now)}</strong>, because it said so`
    case 'spent':
      return html`<strong class="warn">waiting until ${clockTime(state.until, now)}</strong>, by its rate limit`
    case 'left alone':
      return html`<strong class="bad">left alone</strong> by this replica since ${clockTime(state.since, now)}, after
        failures`
    case 'failing':
      return html`<strong class="bad">failing</strong>: ${state.failed} of ${state.of} in five minutes, in this replica`
    case 'behind':
      return html`<strong class="warn">behind</strong>: the first has waited since ${clockTime(state.since, now)}`
    case 'slow':
      return html`<strong class="warn">slow</strong>: ${duration(state.meanMs)} a look-up, in this replica`
  }
}
