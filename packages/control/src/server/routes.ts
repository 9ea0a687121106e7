/** Every endpoint of control's API, as `docs/reference/wiring.md` lists them. */
import { TulleError } from "@tulle/core/errors";
import { type Context, Hono } from "hono";
import type { HealthAnswer, TokenAnswer } from "../api/answers.ts";
import type { Control } from "../control.ts";
import type { Identity } from "../identity/tokens.ts";
import { errorAnswer, faultOf } from "./envelope.ts";
import { allow, authenticate, checkHost } from "./guards.ts";
import { readJson } from "./request-body.ts";
import { snapshotAnswer } from "./snapshot-answer.ts";

const MAX_CONFIG_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;
const LONGEST_WAIT_MS = 30_000;

interface Variables {
  readonly identity: Identity;
}

type Asked = Context<{ Variables: Variables }>;

/** Builds the API on a control plane. `log` gets one line for each fault that is control's own. */
export function createRoutes(control: Control, log: (line: string) => void): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>();
  app.onError((error) => errorAnswer(faultOf(error, log)));
  app.notFound((c) => errorAnswer(new TulleError("TULLE4112", `There is no ${c.req.method} ${c.req.path}.`)));
  app.use(async (c, next) => {
    checkHost(c.req.header("host"));
    await next();
  });
  app.get("/v1/health", (c) => c.json<HealthAnswer>({ status: "ok", version: control.version() }));
  app.use(async (c, next) => {
    c.set("identity", authenticate(c.req.header("authorization"), control.identify));
    await next();
  });
  addOwnRoutes(app, control);
  app.use(async (c, next) => {
    allow(c.get("identity"), null);
    await next();
  });
  addOperatorRoutes(app, control);
  return app;
}

/** What a caller may ask for itself. */
function addOwnRoutes(app: Hono<{ Variables: Variables }>, control: Control): void {
  app.get("/v1/snapshot", (c) => {
    const caller = c.req.query("caller") ?? null;
    allow(c.get("identity"), caller);
    return snapshotAnswer(control.snapshot(caller), c.req.raw);
  });
  app.get("/v1/epoch", async (c) => {
    const after = wholeNumber(c, "after", Number.MAX_SAFE_INTEGER);
    const waitMs = Math.min(wholeNumber(c, "waitMs", Number.MAX_SAFE_INTEGER), LONGEST_WAIT_MS);
    const identity = c.get("identity");
    const caller = identity.kind === "caller" ? identity.caller : null;
    const version = await control.epoch({ caller, after, waitMs, signal: c.req.raw.signal });
    return c.json({ version });
  });
  app.post("/v1/reports", async (c) => {
    control.report(await readJson(c.req.raw, MAX_BODY_BYTES), c.get("identity"));
    return c.json({}, 202);
  });
}

function addOperatorRoutes(app: Hono<{ Variables: Variables }>, control: Control): void {
  app.post("/v1/snapshots", async (c) =>
    c.json(await control.publish(await readJson(c.req.raw, MAX_CONFIG_BYTES)), 201),
  );
  app.get("/v1/snapshots", async (c) => c.json(await control.history()));
  app.get("/v1/config", (c) => c.json(control.config()));
  app.get("/v1/edges", (c) => c.json(control.edges()));
  app.get("/v1/breakers", (c) => c.json(control.breakers()));
  app.get("/v1/events", (c) => c.json(control.events(wholeNumber(c, "after", Number.MAX_SAFE_INTEGER))));
  app.get("/v1/environments", (c) => c.json(control.environments()));
  app.post("/v1/tokens", async (c) => {
    const body = await readJson(c.req.raw, MAX_BODY_BYTES);
    const caller = (body as { caller?: unknown } | null)?.caller;
    if (typeof caller !== "string") throw new TulleError("TULLE4106", "The body must name a `caller`.");
    return c.json<TokenAnswer>({ token: control.issueToken(caller) }, 201);
  });
}

/** A query parameter that counts something; 0 where it is missing. Throws TULLE4106. */
function wholeNumber(c: Asked, name: string, max: number): number {
  const text = c.req.query(name) ?? "0";
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new TulleError("TULLE4106", `\`${name}\` is "${text}", which is not a whole number.`);
}
