/**
 * A file of a service: its path from the service's folder, with slashes, and its text; of a binary file, as
 * `upgrade/binary.ts` has it.
 */
export interface EmittedFile {
  path: string
  text: string
}
