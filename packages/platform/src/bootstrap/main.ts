import { become } from "./assignment.ts";
import { patchConsole } from "./console.ts";
import { errorDocument, logError, UnhandledPromiseRejection } from "./errors.ts";
import { loadHandler } from "./handler.ts";
import { runInvocations } from "./invocations.ts";
import { openChannel, type RuntimeClient } from "./runtime-client.ts";
import { warmUp } from "./warm-up.ts";

/**
 * Our runtime client: what runs inside the process of a Node function, before and around the user's code.
 *
 * It keeps the manners of AWS's client (context, console, error documents), but speaks over a private channel
 * on which the response and the request for the next invocation are one message.
 * The platform bundles this folder into one CommonJS file when it starts; nothing in it may import a package.
 *
 * With `--spare` the process was started ahead of need: it waits until the channel says which function it is.
 */
async function main(): Promise<void> {
  const client = openChannel();
  if (process.argv[2] === "--spare") {
    const assignment = client.assignment();
    await warmUp();
    become(await assignment);
  }
  patchConsole();
  const trap = trapErrors(client);
  let handler: Awaited<ReturnType<typeof loadHandler>>;
  try {
    handler = await loadHandler(process.cwd(), process.env["_HANDLER"] ?? "");
  } catch (error) {
    logError("Uncaught Exception", error);
    trap.fail(error, 1);
    return;
  }
  runInvocations(client, handler);
}

interface Trap {
  fail(error: unknown, exitCode: number): void;
}

/** What nobody caught becomes the invocation's error, or the initialisation's, and ends the process. */
function trapErrors(client: RuntimeClient): Trap {
  const fail = (error: unknown, exitCode: number): void => {
    client.postFatal(errorDocument(error), () => process.exit(exitCode));
  };
  process.on("uncaughtException", (error) => {
    logError("Uncaught Exception", error);
    fail(error, 129);
  });
  process.on("unhandledRejection", (reason, promise) => {
    const error = new UnhandledPromiseRejection(reason, promise);
    logError("Unhandled Promise Rejection", error);
    fail(error, 128);
  });
  return { fail };
}

void main();
