import * as v from 'valibot'
import type { Hit } from './hit.ts'

/**
 * The answer to a scan (`ResponseDTO`). `retry_secs` is there only while the search goes on: HTTP 303 then, 200
 * without it. Hits were checked when their look-up gave them, and are not checked again with each answer.
 */
export const scanResponseSchema = v.object({
  id: v.string(),
  retry_secs: v.optional(v.number()),
  hits: v.custom<Hit[]>(Array.isArray),
  /** The look-ups that are not made, and why; not for SOAR, whose protocol does not know it. */
  not_asked: v.optional(v.array(v.object({ source: v.string(), rule: v.string() }))),
})
export type ScanResponse = v.InferOutput<typeof scanResponseSchema>

/** What the service tells SOAR of itself (`ThreatServiceOptionsDTO`): whether it wants the content of files. */
export const capabilitiesSchema = v.object({ upload_file: v.boolean() })
