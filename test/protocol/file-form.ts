/** The headers of a form with a file. */
export const FORM_HEADERS = { 'content-type': 'multipart/form-data; boundary=b' }

/** How the form begins, as SOAR sends it: the artifact, and the file as far as its first bytes, which are the name. */
export function formHead(name: string): string {
  return [
    '--b\r\nContent-Disposition: form-data; name="artifact"\r\nContent-Type: application/json\r\n',
    `${JSON.stringify({ type: 'file.content', value: name })}\r\n--b`,
    'Content-Disposition: form-data; name="file"; filename="x"\r\nContent-Type: application/octet-stream\r\n',
    name,
  ].join('\r\n')
}

/** How it ends, after the file. */
export const FORM_END = '\r\n--b--\r\n'
