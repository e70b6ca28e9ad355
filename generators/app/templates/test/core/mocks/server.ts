import { setupServer } from 'msw/node'

/**
 * Plays the APIs that searchers ask, from the first import to the end of the process. It has no handlers of its own:
 * each test brings its own with `server.boundary`. A request that nobody handles is an error, unless it goes to this
 * machine.
 */
export const server = setupServer()

// never closed: Node 20 runs an `after` at the top level as soon as the first of several suites has ended
server.listen({
  onUnhandledRequest(request, print) {
    if (!isLoopback(new URL(request.url).hostname)) print.error()
  },
})

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.')
}
