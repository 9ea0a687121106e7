/**
 * A loopback HTTP service that checks signatures as AWS does, remembers what it was asked and answers as it
 * is told.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { verify } from "@tulle/aws/signature";

export const credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } = {
  accessKeyId: "AKIDTEST",
  secretAccessKey: "secret",
  sessionToken: "token",
};

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** What the signature check said; `ok` when it holds. */
  readonly signature: string;
  readonly service: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
}

export type Answerer = (received: Received, response: ServerResponse) => Answer | undefined;

export interface SignedService {
  readonly url: string;
  readonly received: Received[];
  answer: Answerer;
  /** Ends every connection, as a freeze does unseen. */
  breakConnections(): void;
  close(): Promise<void>;
}

export async function startSignedService(answer: Answerer): Promise<SignedService> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const got = read(request, Buffer.concat(chunks));
    received.push(got);
    const { status = 200, headers = {}, body = "", delayMs = 0 } = service.answer(got, response) ?? {};
    if (response.headersSent) return;
    const send = (): void => {
      response.writeHead(status, { "x-amzn-requestid": `request-${received.length}`, ...headers });
      response.end(body);
    };
    if (delayMs === 0) send();
    else setTimeout(send, delayMs).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const service: SignedService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer,
    breakConnections: () => server.closeAllConnections(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return service;
}

function read(request: IncomingMessage, body: Buffer): Received {
  const { method = "", url = "", rawHeaders, headers } = request;
  const lookup = (id: string): typeof credentials | undefined =>
    id === credentials.accessKeyId ? credentials : undefined;
  // A streamed body is signed by its kind, and in chunks that carry no signature of their own.
  const hash = headers["x-amz-content-sha256"];
  const streamed =
    typeof hash === "string" && hash.startsWith("STREAMING-UNSIGNED") ? { bodySha256: hash } : {};
  const verification = verify({ method, url, rawHeaders, body, ...streamed }, lookup, {
    nowMs: Date.now(),
    allowUnsignedPayload: true,
  });
  return {
    method,
    url,
    headers,
    body: body.toString(),
    signature: verification.ok ? "ok" : `${verification.code}: ${verification.message}`,
    service: verification.ok ? verification.service : "",
  };
}
