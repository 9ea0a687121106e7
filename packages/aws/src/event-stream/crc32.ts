/** CRC-32 as in ISO 3309 and zlib: reflected polynomial 0xEDB88320, by table. */

let table: Uint32Array | undefined;

/** Checksum of some bytes; `seed` is the checksum of what stood before them. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  table ??= buildTable();
  let crc = ~seed;
  for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function buildTable(): Uint32Array {
  const entries = new Uint32Array(256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    entries[value] = crc >>> 0;
  }
  return entries;
}
