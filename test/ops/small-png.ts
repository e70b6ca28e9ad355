import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Colours that are left; text on a page needs no more. */
const COLOURS = 16

/**
 * The same picture with 16 colours: the most frequent, and in the place of each other one the nearest of them.
 * @param png as Chromium makes it: 8 bits a channel, not interlaced (https://www.w3.org/TR/png-3).
 */
export function smallPng(png: Buffer): Buffer {
  const chunks = chunksOf(png)
  const header = chunks.find(({ type }) => type === 'IHDR')!.data
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3]
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  const pixels = unfilter(inflateSync(packed), width * channels, channels)
  const colours = Array.from({ length: width * height }, (_, index) => pixels.readUIntBE(index * channels, 3))
  const palette = paletteOf(colours)
  const places = new Map<number, number>()
  const placeOf = (colour: number) => {
    const known = places.get(colour) ?? nearest(palette, colour)
    places.set(colour, known)
    return known
  }

  // two pixels a byte, and each row begins with the filter: none
  const rowBytes = Math.ceil(width / 2)
  const rows = Buffer.alloc(height * (rowBytes + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (rowBytes + 1) + 1 + (x >> 1)]! |= placeOf(colours[y * width + x]!) << (x % 2 === 0 ? 4 : 0)
    }
  }
  const small = Buffer.from(header)
  small.set([4, 3], 8)
  const entries = Buffer.alloc(palette.length * 3)
  palette.forEach((colour, index) => entries.writeUIntBE(colour, index * 3, 3))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', small),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** The bytes of all rows: each was written as the difference from its neighbours. */
function unfilter(filtered: Buffer, rowBytes: number, step: number): Buffer {
  const rows = Buffer.alloc((filtered.length / (rowBytes + 1)) * rowBytes)
  for (let y = 0; y * rowBytes < rows.length; y++) {
    const filter = filtered[y * (rowBytes + 1)]
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x
      const left = x < step ? 0 : rows[at - step]!
      const up = y === 0 ? 0 : rows[at - rowBytes]!
      const corner = x < step || y === 0 ? 0 : rows[at - rowBytes - step]!
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter!]!
      rows[at] = filtered[y * (rowBytes + 1) + 1 + x]! + guess
    }
  }
  return rows
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(guess - one)) as [number, number, number]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

/** The most frequent colours, none of which is close to another. */
function paletteOf(colours: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const frequent = [...counts].toSorted(([, a], [, b]) => b - a).map(([colour]) => colour)
  const palette: number[] = []
  for (const colour of frequent) {
    if (palette.length === COLOURS) break
    if (palette.every((one) => distance(one, colour) > CLOSE)) palette.push(colour)
  }
  return palette
}

/** Colours of a smaller distance are taken for one. */
const CLOSE = 900

function nearest(palette: readonly number[], colour: number): number {
  let best = 0
  for (const [index, one] of palette.entries()) {
    if (distance(one, colour) < distance(palette[best]!, colour)) best = index
  }
  return best
}

function distance(a: number, b: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0)
}
