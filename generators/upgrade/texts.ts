/** Texts by path; paths are from the service's folder, with slashes. Of a binary file it is its bytes in base64. */
export type Files = ReadonlyMap<string, string>

/** Stands for what is no text that can be read: no file of ours has it, and none can be merged with it. */
export const NO_TEXT = '\0'

/** A text with the line ends that it is compared and merged by: LF. */
export function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/** A text of LF with the line ends that most lines of another have. */
export function withLineEndsOf(found: string | undefined, text: string): string {
  return found !== undefined && isCrlf(found) ? text.replaceAll('\n', '\r\n') : text
}

function isCrlf(text: string): boolean {
  const crlf = text.split('\r\n').length - 1
  return crlf > 0 && crlf * 2 >= text.split('\n').length - 1
}
