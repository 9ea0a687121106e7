/**
 * The control plane as a process: `--data DIR [--port N] [--with-parent]`.
 *
 * Prints one line of JSON on stdout: `{"ready":true,"url":...}`, or `{"ready":false,"error":{...}}` and
 * exits with 1. Ends cleanly on SIGTERM and SIGINT, and with `--with-parent` also when the pipe on stdin
 * closes.
 */

import { startControl } from "./process/run.ts";
import { envelopeOf, faultOf } from "./server/envelope.ts";

try {
  const running = await startControl(process.argv.slice(2));
  const stop = async () => {
    await running.stop();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (running.withParent) process.stdin.on("end", stop).on("error", stop).resume();
  console.log(JSON.stringify({ ready: true, url: running.url }));
} catch (error) {
  console.log(JSON.stringify({ ready: false, ...envelopeOf(faultOf(error, console.error)) }));
  process.exitCode = 1;
}
