/** The environment for a process that is a run of its own: not one of this test run, nor of the npm that started it. */
export function childEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const isOurs = (name: string) => name === 'NODE_TEST_CONTEXT' || /^npm_(?:lifecycle|command|package)/.test(name)
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name))), ...more }
}
