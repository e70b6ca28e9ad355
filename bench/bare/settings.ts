/** What a bare server is told by its environment. */
export const settings = {
  mongoUrl: process.env['MONGODB_URL'] ?? '',
  database: process.env['MONGODB_DB'] ?? '',
  sourceUrl: process.env['BENCH_API_URL'] ?? '',
  /** Whether look-ups of one turn of the event loop are one call, as the service's are; otherwise each is its own. */
  batched: process.env['BENCH_BATCHED'] === 'true',
  /** The whole value of the header `Authorization`, if one is wanted. */
  authorization: process.env['BENCH_AUTHORIZATION'],
}

/** An answer before it is JSON. */
export interface Answer {
  status: number
  body: object
}

export const JSON_TYPE = 'application/json;charset=UTF-8'
export const UNAUTHORIZED: Answer = { status: 401, body: { error: 'unauthorized' } }
export const NOT_FOUND: Answer = { status: 404, body: { error: 'not found' } }
