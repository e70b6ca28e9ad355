/** What the driver is to send. Only what can be sent to another process: bodies are text, or the path of a file. */
export interface Load {
  url: string
  connections: number
  seconds: number
  /** Ends the load after so many requests instead: those that take long would mostly be cut off by the time. */
  amount?: number
  headers: Record<string, string>
  /** Sent one after the other by each connection, again and again; their starts are spread over the list. */
  requests: LoadRequest[]
  /** Of so many requests the last is a `POST` of an artifact that nobody has asked for; 0: none. */
  freshEvery: number
  /** The statuses that may come. */
  statuses: number[]
}

export interface LoadRequest {
  method: 'GET' | 'POST' | 'OPTIONS'
  path: string
  body?: string
  bodyFile?: string
  contentType?: string
}

/** What came of a load. Latencies are in milliseconds. */
export interface LoadResult {
  responses: number
  /** From the first request to the last response: in milliseconds. */
  ms: number
  startedAt: number
  endedAt: number
  p50: number
  p99: number
  p999: number
}
