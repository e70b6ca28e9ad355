// Runs bins one after the other in one process, so that Yeoman is loaded once. Each has its own arguments, folder and
// environment, and ends with its own status, as if it were alone.
import { pathToFileURL } from 'node:url'

let runs = 0
process.setMaxListeners(0)
process.on('disconnect', () => process.exit())
process.on('message', async ({ script, args, cwd, env }) => {
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (text, ...rest) => {
      said[name] += text
      rest.find((argument) => typeof argument === 'function')?.()
      return true
    }
  }
  process.argv = [process.execPath, script, ...args]
  process.chdir(cwd)
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.exitCode = undefined
  // a module of another address runs again; what it imports is there already
  runs += 1
  await import(`${pathToFileURL(script)}?run=${runs}`)
  process.send({ status: process.exitCode ?? 0, ...said })
})
