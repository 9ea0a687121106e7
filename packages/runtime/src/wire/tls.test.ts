import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEndpoint } from "./endpoint.ts";
import { exchange, type WireResult } from "./exchange.ts";
import { createPool, type Pool } from "./pool.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-tls-"));
const known = getCACertificates();

/** A certificate for `localhost` by an authority of its own; null where there is no openssl to make it. */
function makeCertificate(): { readonly key: string; readonly cert: string } | null {
  const config = join(folder, "openssl.cnf");
  writeFileSync(
    config,
    "[req]\ndistinguished_name=dn\nx509_extensions=e\n[dn]\n[e]\nsubjectAltName=DNS:localhost\n",
  );
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const make = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const names = ["-subj", "/CN=localhost", "-config", config, "-keyout", key, "-out", cert];
  try {
    execFileSync("openssl", [...make, ...names], { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } catch {
    return null;
  }
}

const certificate = makeCertificate();
let server: Server;
let port = 0;
let requests = 0;
let connections = 0;
let resumed = 0;

beforeAll(async () => {
  if (certificate === null) return;
  server = createServer(certificate, (request, response) => {
    requests += 1;
    request.resume().on("end", () => response.end(request.headers.host));
  });
  server.on("secureConnection", (socket) => {
    connections += 1;
    if (socket.isSessionReused()) resumed += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  setDefaultCACertificates(known);
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

function ask(pool: Pool, host = "localhost"): Promise<WireResult> {
  const peer = parseEndpoint(`https://${host}:${port}`)!;
  return exchange(pool, {
    peer,
    method: "POST",
    path: "/",
    headers: { host },
    body: "ping",
    timeoutMs: 5000,
  });
}

describe.skipIf(certificate === null)("over TLS (skipped where openssl cannot make a certificate)", () => {
  it("does not reach a server whose certificate nobody vouches for, and sends it nothing", async () => {
    const result = await ask(createPool(Date.now));
    expect(result).toMatchObject({ kind: "failure", reason: "unreachable" });
    expect(requests).toBe(0);
  });

  it("keeps a connection to a server with a trusted certificate", async () => {
    setDefaultCACertificates([...known, certificate!.cert]);
    const pool = createPool(Date.now);
    const before = connections;
    for (let i = 0; i < 3; i++)
      expect(await ask(pool)).toMatchObject({ kind: "answer", response: { body: Buffer.from("localhost") } });
    expect(connections - before).toBe(1);
  });

  it("does not take a trusted certificate for another host's", async () => {
    setDefaultCACertificates([...known, certificate!.cert]);
    const before = requests;
    const result = await ask(createPool(Date.now), "127.0.0.1");
    expect(result).toMatchObject({ reason: "unreachable", cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
    expect(requests).toBe(before);
  });

  it("takes up the session again when a new connection is needed, as after a thaw", async () => {
    setDefaultCACertificates([...known, certificate!.cert]);
    let nowMs = 0;
    const pool = createPool(() => nowMs);
    await ask(pool);
    nowMs = 40 * 60_000;
    const before = resumed;
    expect(await ask(pool)).toMatchObject({ kind: "answer" });
    expect(resumed - before).toBe(1);
  });
});
