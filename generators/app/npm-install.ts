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
