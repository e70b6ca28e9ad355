/** A list cannot be used; the message goes on from its name: `is no JSON: …`. */
export class BrokenList extends Error {
  override name = 'BrokenList'
}

/** A list has more entries than all lists together may have. */
export class NoRoom extends BrokenList {
  override name = 'NoRoom'

  /** @param room how many entries it may have. */
  constructor(room: number) {
    super(`has more than the ${room} entries that are left of CTS_LISTS_MAX_ENTRIES: take some out, or set it higher`)
  }
}
