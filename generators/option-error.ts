/** A wrong value from an option or an argument. Its message names the value and the remedy; nothing has been written. */
export class OptionError extends Error {
  override name = 'OptionError'
}

/** Throws what a validator objects to. */
export function check(verdict: true | string): void {
  if (verdict !== true) throw new OptionError(verdict)
}
