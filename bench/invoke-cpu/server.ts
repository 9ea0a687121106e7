/**
 * Lambda and control for the benchmark, in a process of its own: answers an Invoke as the service does, hands
 * out the snapshot and takes reports. The first request over each connection has its signature verified; an
 * unsigned one is answered only on its own path.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { verify } from "@tulle/aws/signature";
import { keys, snapshot, UNSIGNED_PATH } from "./setting.ts";

const ANSWER = Buffer.from(
  JSON.stringify({
    route: Array.from({ length: 12 }, (_, i) => ({ node: `n-${i}`, metres: i * 40 })),
    eta: 128,
  }),
);
const verified = new WeakSet<Socket>();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => serve(request, Buffer.concat(chunks), response));
});

function serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method = "", url = "", rawHeaders, socket, headers } = request;
  if (url.startsWith("/v1/snapshot")) {
    response.writeHead(200, { etag: '"1-x"' }).end(JSON.stringify(snapshot));
    return;
  }
  if (url === "/v1/reports") {
    response.writeHead(202).end();
    return;
  }
  if (url !== UNSIGNED_PATH && !verified.has(socket)) {
    const known = (id: string) => (id === keys.AWS_ACCESS_KEY_ID ? knownKeys : undefined);
    const result = verify({ method, url, rawHeaders, body }, known, { nowMs: Date.now(), service: "lambda" });
    if (!result.ok) {
      response.writeHead(403).end(result.message);
      return;
    }
    verified.add(socket);
  } else if (url !== UNSIGNED_PATH && headers.authorization === undefined) {
    response.writeHead(403).end();
    return;
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": ANSWER.length,
    "x-amzn-requestid": "5d1ff8b5-4a4b-4d1a-8d7f-3a4dd8c6b7f1",
    "x-amzn-remapped-content-length": "0",
    "x-amz-executed-version": "7",
    "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
  });
  response.end(ANSWER);
}

const knownKeys = { secretAccessKey: keys.AWS_SECRET_ACCESS_KEY, sessionToken: keys.AWS_SESSION_TOKEN };

server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
