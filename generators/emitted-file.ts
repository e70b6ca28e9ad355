/** A file of a service: its path from the service's folder, with slashes, and its text. */
export interface EmittedFile {
  path: string
  text: string
}
