import type { ArtifactFile } from '../client/source.ts'
import { GateError } from '../gate/guard.ts'
import type { FileStore, StoredFile } from '../store/store.ts'
import type { Sent } from './admission.ts'
import type { Artifact } from './searcher.ts'

/** Where the content of files is read. */
type Contents = Pick<FileStore, 'read'>

/** An artifact as a look-up is given it: as much as it may see, and of `file.content` the file. */
export function toArtifact(sent: Sent, file: StoredFile | undefined, files: Contents): Artifact {
  const { type, value } = sent.artifact
  return { type, value: file ? toArtifactFile(String(value), sent.content, file, files) : value } as Artifact
}

function toArtifactFile(name: string, isShown: boolean, { key, ...facts }: StoredFile, files: Contents): ArtifactFile {
  return {
    name,
    ...facts,
    content() {
      if (!isShown) throw new GateError('the content of a file stays in the house: this source may not see it')
      return files.read(key)
    },
  }
}
