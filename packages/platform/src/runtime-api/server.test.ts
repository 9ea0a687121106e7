import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectRaw, type RawClient } from "../../test/runtime-api-client.ts";
import { createEnvironment, type Environment } from "../execution/environment.ts";
import type { FunctionProcess } from "../execution/function-process.ts";
import type { Invocation, InvocationResult } from "../execution/port.ts";

const INVOCATION: Invocation = {
  requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:live",
  payload: Buffer.from('{"a":1}'),
  clientContext: null,
  traceId: null,
  logTail: false,
};

let environment: Environment;
let client: RawClient;
let epoch: number | null = null;

beforeEach(async () => {
  epoch = null;
  environment = await createEnvironment({
    id: "e",
    target: {
      id: "f",
      functionName: "f",
      version: "1",
      runtime: "nodejs24.x",
      handler: "app.handler",
      codeFolder: "/",
      timeoutSeconds: 60,
      memoryMb: 128,
      environment: {},
      logGroup: "g",
    },
    freeze: false,
    runtimeVersion: "none",
    epoch: () => epoch,
    // The test is the process: it speaks for it over the socket.
    startProcess: inertProcess,
    log: () => {},
    available: () => {},
    closedError: () => new Error("closed"),
  });
  client = await connectRaw(environment.address);
});

afterEach(async () => {
  client.end();
  await environment.close();
});

describe("the Runtime API", () => {
  it("hands out an invocation with Lambda's headers", async () => {
    const result = environment.invoke({ ...INVOCATION, traceId: "Root=1-2", clientContext: '{"custom":{}}' });
    client.send(get("runtime/invocation/next"));
    const [next] = await client.answers(1);
    expect(next?.status).toBe(200);
    expect(next?.body).toBe('{"a":1}');
    expect(next?.headers).toEqual({
      "Content-Type": "application/json",
      "Content-Length": "7",
      "Lambda-Runtime-Aws-Request-Id": INVOCATION.requestId,
      "Lambda-Runtime-Deadline-Ms": expect.stringMatching(/^\d{13}$/),
      "Lambda-Runtime-Invoked-Function-Arn": INVOCATION.invokedFunctionArn,
      "Lambda-Runtime-Trace-Id": "Root=1-2",
      "Lambda-Runtime-Client-Context": '{"custom":{}}',
    });
    client.send(post(`runtime/invocation/${INVOCATION.requestId}/response`, "[1]"));
    const [, accepted] = await client.answers(2);
    expect([accepted?.status, accepted?.body]).toEqual([202, '{"status":"OK"}\n']);
    expect(await result).toMatchObject({ payload: Buffer.from("[1]"), functionError: null });
  });

  it("tells the epoch where there is one", async () => {
    epoch = 12;
    await running();
    expect((await client.answers(1))[0]?.headers["Tulle-Epoch"]).toBe("12");
  });

  it("lets no value of an invocation end a header", async () => {
    const result = environment.invoke({
      ...INVOCATION,
      traceId: "a\r\nEvil: 1",
      clientContext: '{\r\n"x": "\u20ac\u{1f600}"}\r\nEvil: 2',
    });
    result.catch(() => {});
    client.send(get("runtime/invocation/next"));
    const { headers } = (await client.answers(1))[0]!;
    expect(headers["Evil"]).toBeUndefined();
    expect(headers["Lambda-Runtime-Trace-Id"]).toBe("aEvil: 1");
    expect(headers["Lambda-Runtime-Client-Context"]).toBe('{  "x": "\\u20ac\\ud83d\\ude00"}  Evil: 2');
  });

  it("answers a response and the next invocation that came in one packet together", async () => {
    const first = await running();
    client.send(
      post(`runtime/invocation/${INVOCATION.requestId}/response`, "1") + get("runtime/invocation/next"),
    );
    expect(await first.result).toMatchObject({ payload: Buffer.from("1") });
    const second = environment.invoke({ ...INVOCATION, requestId: "second" });
    const answers = await client.answers(3);
    expect(answers.map((one) => one.status)).toEqual([200, 202, 200]);
    client.send(post("runtime/invocation/second/response", "2"));
    expect(await second).toMatchObject({ payload: Buffer.from("2") });
  });

  it.each<[string, string, number, string]>([
    [
      "another request id",
      post("runtime/invocation/other/response", "1"),
      400,
      '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
    ],
    ["a call for work before the answer", get("runtime/invocation/next"), 403, refusedTransition("Ready")],
    [
      "an initialisation error after the initialisation",
      post("runtime/init/error", "{}"),
      403,
      refusedTransition("InitError"),
    ],
    ["another path", get("runtime/nothing"), 404, "not part of the Runtime API\n"],
    ["another method", post("runtime/invocation/next", ""), 405, "not part of the Runtime API\n"],
  ])("refuses %s and goes on", async (_, request, status, body) => {
    const { result } = await running();
    client.send(request);
    const [, answer] = await client.answers(2);
    expect([answer?.status, answer?.body]).toEqual([status, body]);
    client.send(post(`runtime/invocation/${INVOCATION.requestId}/response`, "1"));
    expect(await result).toMatchObject({ functionError: null });
  });

  it("answers ping", async () => {
    client.send(get("ping"));
    expect((await client.answers(1))[0]).toMatchObject({ status: 200, body: "pong" });
  });

  it("takes one answer for an invocation", async () => {
    await running();
    const again = post(`runtime/invocation/${INVOCATION.requestId}/response`, "1");
    client.send(again + again);
    expect((await client.answers(3)).map((one) => one.status)).toEqual([200, 202, 403]);
  });

  it("refuses a response over 6 MiB and 100 bytes, and fails the invocation", async () => {
    const { result } = await running();
    client.send(post(`runtime/invocation/${INVOCATION.requestId}/response`, "x".repeat(6_291_557)));
    const [, answer] = await client.answers(2);
    expect(answer).toMatchObject({
      status: 413,
      body:
        '{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).",' +
        '"errorType":"RequestEntityTooLarge"}\n',
    });
    expect(payloadOf(await result)).toContain("Function.ResponseSizeTooLarge");
  });

  it("passes an error on as it was posted", async () => {
    const { result } = await running();
    client.send(post(`runtime/invocation/${INVOCATION.requestId}/error`, '{"errorType":"E"}'));
    expect(await result).toMatchObject({
      functionError: "Unhandled",
      payload: Buffer.from('{"errorType":"E"}'),
    });
    expect((await client.answers(2))[1]?.status).toBe(202);
  });

  it("puts a streamed response together", async () => {
    const { result } = await running();
    client.send(streamed("3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"));
    expect(await result).toMatchObject({ functionError: null, payload: Buffer.from("[1,2]") });
  });

  it("fails where a streamed response ends with an error", async () => {
    const { result } = await running();
    const document = Buffer.from('{"errorType":"E"}').toString("base64");
    const prefix = "Lambda-Runtime-Function-Error";
    const trailers = `${prefix}-Type: E\r\n${prefix}-Body: ${document}\r\n`;
    client.send(streamed(`3\r\n[1,\r\n0\r\n${trailers}\r\n`));
    expect(await result).toMatchObject({
      functionError: "Unhandled",
      payload: Buffer.from('{"errorType":"E"}'),
    });
  });

  it("refuses a response mode that does not exist", async () => {
    const { result } = await running();
    const mode = "Lambda-Runtime-Function-Response-Mode: odd\r\n";
    client.send(post(`runtime/invocation/${INVOCATION.requestId}/response`, "1", mode));
    expect((await client.answers(2))[1]).toMatchObject({
      status: 400,
      body: '{"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}\n',
    });
    expect(payloadOf(await result)).toContain("Runtime.InvalidResponseModeHeader");
  });

  it("answers garbage with 400, closes that connection, and stays there for the others", async () => {
    const other = await connectRaw(environment.address);
    other.send("\x16\x03\x01 nonsense");
    await other.untilClosed();
    expect(other.received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect((await running()).result).toBeInstanceOf(Promise);
  });

  it("gives work to the connection that asked last and closes the other", async () => {
    client.send(get("runtime/invocation/next"));
    const prewarmed = environment.prewarm();
    await prewarmed.catch(() => {});
    const other = await connectRaw(environment.address);
    other.send(get("runtime/invocation/next"));
    await client.untilClosed();
    environment.invoke(INVOCATION).catch(() => {});
    expect((await other.answers(1))[0]?.status).toBe(200);
    other.end();
  });
});

async function running(): Promise<{ result: Promise<InvocationResult> }> {
  const result = environment.invoke(INVOCATION);
  result.catch(() => {});
  client.send(get("runtime/invocation/next"));
  await client.answers(1);
  return { result };
}

function get(path: string): string {
  return `GET /2018-06-01/${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
}

function post(path: string, body: string, headers = ""): string {
  const length = `Content-Length: ${body.length}\r\n`;
  return `POST /2018-06-01/${path} HTTP/1.1\r\nHost: h\r\n${headers}${length}\r\n${body}`;
}

function streamed(chunks: string): string {
  const path = `/2018-06-01/runtime/invocation/${INVOCATION.requestId}/response`;
  const mode = "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n";
  return `POST ${path} HTTP/1.1\r\nHost: h\r\n${mode}\r\n${chunks}`;
}

function refusedTransition(to: string): string {
  const failed = `State transition from Running to ${to} failed for runtime.`;
  const errorMessage = `${failed} Error: State transition is not allowed`;
  return `${JSON.stringify({ errorMessage, errorType: "InvalidStateTransition" })}\n`;
}

function payloadOf(result: InvocationResult): string {
  return result.kind === "completed" ? Buffer.from(result.payload).toString("utf8") : "";
}

function inertProcess(): FunctionProcess {
  let end = (): void => {};
  return {
    pid: null,
    attach(owner) {
      end = () => owner.ended({ kind: "signal", signal: "SIGKILL" });
    },
    channel: null,
    assign: () => {},
    stop: () => {},
    resume: () => {},
    kill: () => queueMicrotask(() => end()),
  };
}
