import { http, HttpResponse } from 'msw'

const API = 'https://hybrid-analysis.com/api/v2'
const SHA256 = 'a'.repeat(64)

/** Reports of a file, in the form of its API: https://hybrid-analysis.com/docs/api/v2 */
export const reported = {
  sha256s: [SHA256],
  reports: [
    {
      id: '65a0000000000000000000b1',
      environment_id: 160,
      environment_description: 'Windows 10 64 bit',
      state: 'SUCCESS',
      error_type: null,
      verdict: 'malicious',
    },
    {
      id: '65a0000000000000000000b2',
      environment_id: 310,
      environment_description: 'Linux (Ubuntu 20.04, 64 bit)',
      state: 'ERROR',
      error_type: 'FILE_TYPE_BAD_ERROR',
      verdict: null,
    },
  ],
}

/** The same with another verdict. */
export function withVerdict(verdict: string | null) {
  return { ...reported, reports: [{ ...reported.reports[0], verdict }] }
}

/** What is known of the file as a whole. */
export const overview = {
  sha256: SHA256,
  last_file_name: 'sample.exe',
  size: 4096,
  type: 'PE32 executable (GUI) Intel 80386',
  verdict: 'malicious',
  threat_score: 100,
  vx_family: 'Sample.Generic',
  tags: ['sample'],
  multiscan_result: 62,
  analysis_start_time: '2026-01-02T03:04:05+00:00',
  last_multi_scan: '2026-01-03T03:04:05+00:00',
}

/** Hybrid Analysis giving one answer to whatever it is asked first. */
export function answering(body: object, status = 200, headers: Record<string, string> = {}) {
  return http.get(`${API}/search/hash`, () => HttpResponse.json(body, { status, headers }))
}

/** Its overview of whatever file. */
export function answeringOverview(body: object, status = 200) {
  return http.get(`${API}/overview/:sha256`, () => HttpResponse.json(body, { status }))
}

/** Hybrid Analysis that knows whatever it is asked. */
export const handlers = [answering(reported), answeringOverview(overview)]
