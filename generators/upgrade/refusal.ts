/** An upgrade that cannot be done as things are. Its message says why and what to do; nothing has been written. */
export class Refusal extends Error {
  override name = 'Refusal'
}
