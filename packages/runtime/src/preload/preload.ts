/**
 * The preload: puts the mesh into a function that knows nothing of it, with `NODE_OPTIONS="-r PATH"`.
 *
 * Whoever deploys bundles this file, with everything it imports, into one CommonJS file; it is then read,
 * compiled and run before the function's code, in a few milliseconds of which Node itself takes the most. It
 * makes the mesh from the environment, gives the runtime client the hook around each invocation, and
 * intercepts the requests of whichever AWS SDK is in the function's bundle. Without `TULLE_SERVICE` it does
 * nothing at all, so that it may stand in an environment whose other processes are not functions; and
 * whatever goes wrong in here, the function runs.
 */
import { installInterception } from "../intercept/install.ts";
import { processCore } from "../mesh/core.ts";

const { env: environment } = process;

if (environment["TULLE_SERVICE"] && environment["TULLE_MODE"]?.trim().toLowerCase() !== "off") {
  try {
    const { plane, pool } = processCore();
    installInterception(plane, environment, pool);
  } catch (error) {
    const message = `the mesh could not be started, calls go on without it: ${String(error)}`;
    console.warn(JSON.stringify({ level: "WARN", source: "tulle", message }));
  }
}
