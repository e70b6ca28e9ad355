import type { InputOutputAdapter } from '@yeoman/types'
import type { default as Generator, PromptQuestion } from 'yeoman-generator'

/** The status of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

interface Streams {
  stdin?: { isTTY?: boolean }
  stdout?: { isTTY?: boolean }
}

/**
 * Whether questions reach anyone. Without a terminal a question would end the run half-way, so none is asked. An
 * adapter without streams of its own answers by itself, as those of tests do.
 */
export function canAsk(adapter: InputOutputAdapter, { yes }: { yes?: boolean }): boolean {
  if (yes) return false
  const { stdin, stdout } = (adapter as { actualAdapter?: Streams }).actualAdapter ?? (adapter as Streams)
  return (stdin === undefined || stdin.isTTY === true) && (stdout === undefined || stdout.isTTY === true)
}

/** Asks. Ctrl-C at a question ends the run with a line, as it ends other programs. */
export async function ask(generator: Generator, questions: PromptQuestion[]): Promise<Record<string, unknown>> {
  try {
    return await generator.prompt(questions)
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error
    console.error('Stopped: nothing was written.')
    process.exit(INTERRUPTED)
  }
}
