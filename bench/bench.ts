import type { Cleanup } from './cleanup.ts'
import { connectDatabases, type Databases } from './database.ts'
import { Driver } from './driver/driver.ts'
import type { Bench } from './setup.ts'
import { startSource } from './source.ts'
import { writeUploadBody } from './upload-body.ts'
import { createWorkspace } from './workspace.ts'

/** Makes everything that the benchmark works with: the service, the bare servers, the source and the driver. */
export async function createBench(cleanup: Cleanup, needsMongo: boolean): Promise<Bench> {
  let databases: Promise<Databases> | undefined
  const connect = () => (databases ??= connectDatabases(process.env['MONGODB_URL'], cleanup))
  // before anything that takes time
  if (needsMongo) await connect()
  const workspace = await createWorkspace(cleanup)
  return {
    workspace,
    cleanup,
    driver: new Driver(cleanup),
    source: await startSource(workspace, cleanup),
    databases: connect,
    uploadBody: await writeUploadBody(workspace.folder),
  }
}
