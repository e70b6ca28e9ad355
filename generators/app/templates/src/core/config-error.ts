/** A setting is wrong; the message names it, says what is wrong, and holds no secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
