/**
 * Whether a request with a form was sent by a page of this service itself. Browsers say so in `Sec-Fetch-Site` where
 * they trust the connection, and in `Origin` with every form that is posted.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (site !== null && site !== 'same-origin') return false
  if (origin === null) return site !== null
  return URL.canParse(origin) && new URL(origin).host === headers.get('host')?.trim().toLowerCase()
}
