import * as v from 'valibot'
import { artifactSchema, isArtifactType, type AnyArtifact } from '../../protocol/artifact.ts'
import { guessType } from './guess-type.ts'

/** A form's field for the type has this when it is to be guessed. */
export const GUESS = 'guess'

/** What a form says. */
export interface ArtifactForm {
  type: string
  value: string
}

/** What a form says that was shown, so that nothing is sent of which that was not. */
export function seenOf({ type, value }: ArtifactForm): string {
  return `${type} ${value}`
}

/** An artifact as a form gives it, or what is wrong with that: a sentence. */
export type ReadArtifact = { artifact: AnyArtifact } | { type: string; problem: string }

/** Reads an artifact from a form: lists are joined by commas, and objects are JSON. */
export function readArtifact({ type: wanted, value }: ArtifactForm): ReadArtifact {
  const type = wanted === GUESS || wanted === '' ? guessType(value) : wanted
  if (value.trim() === '') return { type, problem: 'Enter a value.' }
  if (!isArtifactType(type)) return { type, problem: `Artifact type “${type}” is not known: choose one.` }
  if (type === 'file.content') return { type, problem: 'A file cannot be looked up here: take its hash.' }
  const isList = type === 'email.header.to'
  const shapes = isList ? [value.split(',').map((part) => part.trim())] : [value, parsed(value)]
  for (const shape of shapes) {
    const checked = v.safeParse(artifactSchema, { type, value: shape })
    if (checked.success) return { artifact: checked.output }
  }
  const [issue] = v.safeParse(artifactSchema, { type, value }).issues ?? []
  return { type, problem: `The value of ${type} ${issue?.message ?? 'is wrong'}.` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
