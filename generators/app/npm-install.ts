import { existsSync } from 'node:fs'
import type Environment from 'yeoman-environment'
import type Generator from 'yeoman-generator'

const OTHER_LOCKS = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lockb', 'bun.lock']

/** Has Yeoman install with npm, unless the service's owner has installed it with something else. */
export function useNpm(generator: Generator): void {
  if (OTHER_LOCKS.some((lock) => existsSync(generator.destinationPath(lock)))) return
  const { options } = generator.env as Environment
  options.nodePackageManager ??= 'npm'
}

/**
 * Installs the dependencies of a new service, for Yeoman's `customInstallTask`.
 *
 * @throws Error saying that the files are in place and what to do
 */
export async function npmInstall(_packageManager: string | undefined, install: () => Promise<unknown>): Promise<void> {
  try {
    await install()
  } catch (error) {
    throw new Error(
      'The service is written, but its dependencies are not installed: see above, then run npm install in it.',
      {
        cause: error,
      },
    )
  }
}
