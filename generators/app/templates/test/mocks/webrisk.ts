import { http, HttpResponse } from 'msw'

/** Web Risk giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get('https://webrisk.googleapis.com/v1/uris:search', () => HttpResponse.json(body, { status }))
}

/** A URL that is listed, in the form of its API: https://cloud.google.com/web-risk/docs/reference/rest/v1/uris/search */
export function listed(expireTime: string) {
  return { threat: { threatTypes: ['MALWARE'], expireTime } }
}

/** How it refuses what it was sent. */
export function refused(reason?: string) {
  const details = reason && [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }]
  return { error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT', ...(details && { details }) } }
}

/** Web Risk that knows whatever it is asked. */
export const handlers = [answering(listed('2099-01-01T00:00:00.123456789Z'))]
