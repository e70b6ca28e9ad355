import type { ActiveSearch, FileStore, StoredFile } from '../store/store.ts'
import type { Artifact, ArtifactFile } from './searcher.ts'

/** An active search's artifact as its searchers see it: with its file, if it has one. */
export function toArtifact({ artifact, file }: ActiveSearch, files: FileStore): Artifact {
  return { ...artifact, ...(file && { file: toArtifactFile(String(artifact.value), file, files) }) } as Artifact
}

function toArtifactFile(name: string, { key, ...facts }: StoredFile, files: FileStore): ArtifactFile {
  return { name, ...facts, content: () => files.read(key) }
}
