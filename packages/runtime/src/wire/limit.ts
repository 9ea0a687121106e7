/**
 * A time limit that is fair to what has arrived already.
 *
 * Code that blocks the event loop makes a timer late and lets it fire before the sockets are looked at, so an
 * answer that lies ready would count as late. So after the time one turn of the loop passes before the limit
 * strikes. A patient limit goes further and counts the time in slices, each of which ends with a look at the
 * sockets: a bundle that blocks for a second uses up one slice and not the whole.
 */
const SLICES = 5;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `strike` when the time is over, unless it is released before; gives back how. */
export function startLimit(limitMs: number, patient: boolean, strike: () => void): () => void {
  if (limitMs > MAX_TIMER_MS) return nothing;
  let left = patient ? SLICES : 1;
  let released = false;
  const sliceMs = limitMs / left;
  const turn = (): void => {
    if (!released) strike();
  };
  const tick = (): void => {
    left -= 1;
    if (left > 0) timer = setTimeout(tick, sliceMs);
    else setImmediate(turn);
  };
  let timer = setTimeout(tick, sliceMs);
  return () => {
    released = true;
    clearTimeout(timer);
  };
}

function nothing(): void {}
