import type { InputOutputAdapter } from '@yeoman/types'

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
