/** The environment for a process that is a run of its own: not one of this test run, whose reports are for machines. */
export function childEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _reports, ...rest } = process.env
  return { ...rest, ...more }
}
