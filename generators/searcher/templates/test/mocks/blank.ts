import { http, HttpResponse } from 'msw'

/** The API's answer about something malicious, with all that it sends: fill in what yours does. */
export const found = {
  verdict: 'malicious',
  threat: 'Sample',
  score: 90,
  page: 'https://example.com/reports/1',
}

/** Its answer about something that it does not know. */
export const notFound = { verdict: 'unknown' }

/** Its answer about something that it knows to be harmless. */
export const harmless = { verdict: 'harmless', score: 0, page: 'https://example.com/reports/2' }

/** The API giving one answer to whatever it is asked. What varies in its address begins with a colon: `/domains/:name`. */
export function answering(body: object, status = 200) {
  return http.get('https://api.example.com/v1/lookup', () => HttpResponse.json(body, { status }))
}

/** The API that knows whatever it is asked; `npm run demo` uses it too. */
export const handlers = [answering(found)]
