import { http, HttpResponse } from 'msw'

/** What GreyNoise knows of an address, in the form of its Community API: https://docs.greynoise.io/reference/get_v3-community-ip */
export const scanner = {
  ip: '198.51.100.7',
  noise: true,
  riot: false,
  classification: 'malicious',
  name: 'unknown',
  link: 'https://viz.greynoise.io/ip/198.51.100.7',
  last_seen: '2026-01-02',
  message: 'Success',
}

/** What it says with 404 of an address that it has not seen. */
export const notSeen = {
  ip: '198.51.100.7',
  noise: false,
  riot: false,
  message: 'IP not observed scanning the internet or contained in RIOT data set.',
}

/** GreyNoise giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get('https://api.greynoise.io/v3/community/:ip', () => HttpResponse.json(body, { status }))
}

/** GreyNoise that knows whatever it is asked. */
export const handlers = [answering(scanner)]
