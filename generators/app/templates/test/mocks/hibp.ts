import { http, HttpResponse } from 'msw'

/** A breach, in the form of its API: https://haveibeenpwned.com/API/v3#BreachModel */
export const breach = {
  Name: 'Sample',
  Title: 'Sample Shop',
  Domain: 'shop.example',
  BreachDate: '2025-10-04',
  AddedDate: '2025-12-04T00:00:00Z',
  ModifiedDate: '2025-12-04T00:00:00Z',
  PwnCount: 1_000_000,
  Description: 'In October 2025, <a href="https://shop.example">Sample Shop</a> was breached.',
  DataClasses: ['Email addresses', 'Passwords'],
  IsVerified: true,
  IsFabricated: false,
  IsSensitive: false,
  IsRetired: false,
  IsSpamList: false,
  IsMalware: false,
  IsStealerLog: false,
}

const ACCOUNT = 'https://haveibeenpwned.com/api/v3/breachedaccount/:account'

/** Have I Been Pwned giving one answer to whatever it is asked. */
export function answering(body: object, status = 200) {
  return http.get(ACCOUNT, () => HttpResponse.json(body, { status }))
}

/** How it says that an address was in no breach. */
export const unknown = http.get(ACCOUNT, () => new HttpResponse(null, { status: 404 }))

/** Have I Been Pwned that knows whatever it is asked. */
export const handlers = [answering([breach])]
