import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { TulleError } from "@tulle/core/errors";
import type { Control } from "../control.ts";
import { createRoutes } from "./routes.ts";

/** Control's API on a port of the loopback interface. */
export interface ControlServer {
  /** Base URL, with the port that was really taken. */
  readonly url: string;
  /** Ends waiting requests, closes connections, rolls up. The store stays open. */
  close(): Promise<void>;
}

export interface ControlServerOptions {
  readonly control: Control;
  /** 0 takes any free port. */
  readonly port: number;
  /** How often `control.tick` runs; 500 unless given. */
  readonly tickEveryMs?: number;
  /** Gets one line for each fault that is control's own; stderr unless given. */
  readonly log?: (line: string) => void;
}

const LOOPBACK = "127.0.0.1";

/** Starts the API. Throws TULLE4114 when the port is taken. */
export async function createControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { control, port, tickEveryMs = 500, log = console.error } = options;
  const app = createRoutes(control, log);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenFault(cause, port)));
    server.listen(port, LOOPBACK, resolve);
  });
  const ticking = startTicking(control, tickEveryMs, log);

  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    async close() {
      clearInterval(ticking);
      const closed = new Promise((resolve) => server.close(resolve));
      await control.close().catch((error: unknown) => log(`tulle control: ${messageOf(error)}`));
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const grace = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(grace);
    },
  };
}

/** One tick at a time; a failing store is reported when it begins to fail, not once a second. */
function startTicking(control: Control, everyMs: number, log: (line: string) => void): NodeJS.Timeout {
  let busy = false;
  let failing = false;
  const tick = async () => {
    if (busy) return;
    busy = true;
    try {
      await control.tick();
      failing = false;
    } catch (error) {
      if (!failing) log(`tulle control: ${messageOf(error)}`);
      failing = true;
    } finally {
      busy = false;
    }
  };
  return setInterval(tick, everyMs).unref();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function listenFault(cause: NodeJS.ErrnoException, port: number): TulleError {
  const why = cause.code === "EADDRINUSE" ? "another program listens there" : `${cause.code}`;
  return new TulleError("TULLE4114", `Control cannot listen on port ${port}: ${why}.`, {
    cause,
    context: { port },
  });
}
