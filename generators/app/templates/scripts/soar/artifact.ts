import { constants, openAsBlob } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import * as v from 'valibot'
import { artifactValues, isArtifactType } from '../../src/core/protocol/artifact.ts'
import { SoarError } from './answer.ts'
import type { ScanRequest } from './client.ts'

/**
 * An artifact as a command line gives it. A value that its type does not have as a text is read as JSON:
 * `system.registry '{"key":"HKLM\\Run"}'`.
 * @param path of a file whose content goes with it; its name is the value unless there is another.
 * @throws {SoarError} when there is no value, or the file cannot be read.
 */
export async function toScanRequest(
  type: string,
  value: string | undefined,
  path: string | undefined,
): Promise<ScanRequest> {
  const text = value ?? (path && basename(path))
  if (text === undefined) throw new SoarError(`The artifact "${type}" has no value: name one`)
  const artifact = { type, value: toValue(type, text) }
  return path === undefined ? { artifact } : { artifact, file: await openFile(path) }
}

function toValue(type: string, text: string): unknown {
  if (!isArtifactType(type) || v.is(artifactValues[type], text)) return text
  try {
    return JSON.parse(text)
  } catch {
    // the service is to say what is wrong with it
    return text
  }
}

async function openFile(path: string): Promise<File> {
  const problem = await problemOf(path)
  if (problem !== undefined) throw new SoarError(`The file "${path}" cannot be read: ${problem}`)
  return new File([await openAsBlob(path)], basename(path), { type: 'application/octet-stream' })
}

/** Why a file cannot be read, which `openAsBlob` does not say. */
async function problemOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK)
    return (await stat(path)).isFile() ? undefined : 'it is no file'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'there is no such file (ENOENT)' : code
  }
}
