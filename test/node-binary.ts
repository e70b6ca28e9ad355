import { execFileSync } from 'node:child_process'

/** Where the binary of a version of Node is, which npx fetches. */
export function nodeBinary(version: string): string {
  const args = ['--yes', `node@${version}`, '--print', 'process.execPath']
  return execFileSync('npx', args, { encoding: 'utf8' }).trim()
}
