import * as v from 'valibot'
import { defineSource, hit, number, setting, text, wholeNumber, type Hit, type LookUpContext } from '../core/define.ts'

const ownSettings = {
  HIBP_MIN_BREACHES: setting(wholeNumber(1, 1000), {
    default: '1',
    description: 'in how many breaches Have I Been Pwned must have seen an address to make a hit',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** Addresses that were in leaked data: https://haveibeenpwned.com/API/v3#BreachesForAccount */
export const hibp = defineSource({
  id: 'hibp',
  title: 'Have I Been Pwned',
  reach: 'query',
  url: 'https://haveibeenpwned.com',
  key: { header: 'hibp-api-key', from: 'https://haveibeenpwned.com/API/Key' },
  // of the smallest plan
  rateLimit: '10/min',
  ttlSecs: 86_400,
  settings: ownSettings,
  lookUp: {
    'email.header.sender_address': find,
    'email.header.to': async (addresses, context) => {
      const hits: Hit[] = []
      for (const address of addresses) hits.push(...(await find(address, context)))
      return hits
    },
  },
})

/** Only what is shown. What has a `statusCode` comes with 400 and 404: no address to it, and one in no breach. */
const answerSchema = v.union([
  v.array(
    v.object({
      Name: v.string(),
      Title: v.nullish(v.string()),
      BreachDate: v.string(),
      DataClasses: v.nullish(v.array(v.string())),
      IsVerified: v.nullish(v.boolean()),
      IsFabricated: v.nullish(v.boolean()),
      IsSpamList: v.nullish(v.boolean()),
      IsMalware: v.nullish(v.boolean()),
      IsStealerLog: v.nullish(v.boolean()),
    }),
  ),
  v.object({ statusCode: v.picklist([400, 404]) }),
])
type Breach = Extract<v.InferOutput<typeof answerSchema>, unknown[]>[number]

async function find(address: string, { ask, settings }: Context): Promise<Hit[]> {
  const path = `/api/v3/breachedaccount/${encodeURIComponent(address)}`
  // without it there are only names, no dates
  const query = { truncateResponse: 'false' }
  const found = await ask({ path, query, answers: [400, 404], ifEmpty: [], schema: answerSchema })
  if (!Array.isArray(found)) return []
  const breaches = found
    // of these it says itself that the data is made up
    .filter(({ IsFabricated }) => !IsFabricated)
    .toSorted((a, b) => b.BreachDate.localeCompare(a.BreachDate))
  if (breaches.length < settings.HIBP_MIN_BREACHES) return []
  return [
    hit(
      text('Address', address),
      number('Breaches', breaches.length),
      text('Newest breach', breaches[0]?.BreachDate),
      text('Breached', breaches.map(summaryOf)),
      text('Leaked', [...new Set(breaches.flatMap(({ DataClasses }) => DataClasses ?? []))]),
    ),
  ]
}

/** A breach in a few words, such as `Adobe (2013-10-04, not verified)`. */
function summaryOf(breach: Breach): string {
  const remarks = [
    breach.BreachDate,
    breach.IsVerified === false && 'not verified',
    breach.IsSpamList && 'spam list',
    breach.IsStealerLog && 'stealer log',
    breach.IsMalware && 'malware',
  ]
  return `${breach.Title ?? breach.Name} (${remarks.filter(Boolean).join(', ')})`
}
