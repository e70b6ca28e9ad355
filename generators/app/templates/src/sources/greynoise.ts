import { isIPv4 } from 'node:net'
import * as v from 'valibot'
import { defineSource, hit, text, uri } from '../core/define.ts'

const optionalText = v.nullish(v.string())

/** Only what is shown. `message` alone comes with 400, and says that what was asked is no address that can be seen. */
const answerSchema = v.union([
  v.object({
    noise: v.boolean(),
    riot: v.boolean(),
    classification: optionalText,
    name: optionalText,
    last_seen: optionalText,
    link: optionalText,
  }),
  v.object({ message: v.pipe(v.string(), v.regex(/not a valid .*IP/i)) }),
])

const BAD = new Set<unknown>(['malicious', 'suspicious'])

/** Who scans the whole Internet, and with what intent: https://docs.greynoise.io/docs/using-the-greynoise-community-api */
export const greynoise = defineSource({
  id: 'greynoise',
  title: 'GreyNoise',
  reach: 'query',
  url: 'https://api.greynoise.io',
  key: { header: 'key', from: 'https://viz.greynoise.io/account/api-key', freeQuota: '50 calls a week' },
  // of the Community plan
  rateLimit: '50/7d',
  ttlSecs: 86_400,
  lookUp: {
    'net.ip': async (ip, { ask }) => {
      // it sees no other addresses
      if (!isIPv4(ip)) return []
      const path = `/v3/community/${encodeURIComponent(ip)}`
      const found = await ask({ path, answers: [400, 404], schema: answerSchema })
      // `riot`: a service that is known to be harmless, such as a public name server
      if (!('noise' in found) || !found.noise || found.riot || !BAD.has(found.classification)) return []
      return [
        hit(
          text('Classification', found.classification),
          text('Actor', found.name),
          text('Last seen', found.last_seen),
          uri('Report', found.link ?? `https://viz.greynoise.io/ip/${encodeURIComponent(ip)}`),
        ),
      ]
    },
  },
})
