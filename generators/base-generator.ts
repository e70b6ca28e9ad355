import Generator from 'yeoman-generator'

/** No file of a service. */
const NOWHERE = '.resilient-cts-of-no-use'

/**
 * A generator that keeps nothing in Yeoman's way. Yeoman reads a service's `package.json` and `.yo-rc.json` before
 * anything of ours runs, and fails where they are odd, without a word of what to do.
 */
export default class BaseGenerator extends Generator {
  /** Without `error`, by which Yeoman would say that something has failed before the error itself says what. */
  override readonly log = ((...args: string[]) => this.env.adapter.log(...args)) as Generator['log']

  override determineAppname(): string {
    return ''
  }

  override _getStorage<Stored extends Record<any, any>>() {
    return this.createStorage<Stored>(NOWHERE)
  }
}
