/** Sizes as they are written in files: `512KiB`, `4MB`, or plain bytes. */

export const SIZE_PATTERN = "^[0-9]{1,12}(B|KB|KiB|MB|MiB)$";

const whole = new RegExp(SIZE_PATTERN);
const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
};

/** Bytes of a written size, or null where it is not one. */
export function parseSize(written: string | number): number | null {
  if (typeof written === "number") return Number.isSafeInteger(written) && written >= 0 ? written : null;
  if (!whole.test(written)) return null;
  const digits = Number.parseInt(written, 10);
  return digits * unitBytes[written.slice(String(written.match(/^[0-9]+/)).length)]!;
}
