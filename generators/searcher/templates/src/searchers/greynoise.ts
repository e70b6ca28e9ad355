import { isIPv4 } from 'node:net'
import * as v from 'valibot'
import { hit, text, uri } from '../core/protocol/hit.ts'
import { defineSearcher } from '../core/search/searcher.ts'
import { defineSource } from '../core/client/source.ts'

/** Who scans the whole Internet, and with what intent: https://docs.greynoise.io/docs/using-the-greynoise-community-api */
const greynoise = defineSource({
  id: 'greynoise',
  title: 'GreyNoise',
  url: 'https://api.greynoise.io',
  key: { header: 'key', from: 'https://viz.greynoise.io/account/api-key' },
  // of the Community plan
  rateLimit: '50/7d',
})

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

export const searcher = defineSearcher({
  name: 'greynoise',
  artifactTypes: ['net.ip'],
  sources: [greynoise],
  ttlSecs: 86_400,
  async search(artifact, { ask }) {
    // it sees no other addresses
    if (!isIPv4(artifact.value)) return []
    const request = { path: `/v3/community/${artifact.value}`, answers: [400, 404], schema: answerSchema }
    const found = await ask(greynoise, request)
    // `riot`: a service that is known to be harmless, such as a public name server
    if (!('noise' in found) || !found.noise || found.riot || !BAD.has(found.classification)) return []
    return [
      hit(
        text('Source', 'GreyNoise'),
        text('Classification', found.classification),
        text('Actor', found.name),
        text('Last seen', found.last_seen),
        uri('Report', found.link ?? `https://viz.greynoise.io/ip/${artifact.value}`),
      ),
    ]
  },
})
