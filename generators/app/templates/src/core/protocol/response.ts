import * as v from 'valibot'
import type { Hit } from './hit.ts'

/**
 * The answer to a scan (`ResponseDTO`). `retry_secs` is there only while the search goes on: HTTP 303 then, 200
 * without it. Hits were checked when their searcher gave them, and are not checked again with each answer.
 */
export const scanResponseSchema = v.object({
  id: v.string(),
  retry_secs: v.optional(v.number()),
  hits: v.optional(v.custom<Hit[]>(Array.isArray)),
})
export type ScanResponse = v.InferOutput<typeof scanResponseSchema>

/** What the service tells SOAR of itself (`ThreatServiceOptionsDTO`): whether it wants the content of files. */
export const capabilitiesSchema = v.object({ upload_file: v.boolean() })
