/** A clock that stands still until a test moves it. */
export { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
