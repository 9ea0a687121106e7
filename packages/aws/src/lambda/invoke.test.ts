import { describe, expect, it } from "vitest";
import { sign } from "../signature/index.ts";
import {
  buildInvokeRequest,
  formatLambdaError,
  invokeAsyncPath,
  type LambdaError,
  lambdaErrors,
  readInvokeResponse,
  readLambdaError,
} from "./index.ts";

const bytes = (text: string) => Buffer.from(text);

describe("buildInvokeRequest", () => {
  it("sends only what the caller said", () => {
    expect(buildInvokeRequest({ functionName: "fn" })).toEqual({
      method: "POST",
      path: "/2015-03-31/functions/fn/invocations",
      query: "",
      headers: { "content-type": "application/octet-stream" },
      body: "",
    });
  });

  it("spells everything that a caller can say", () => {
    const request = buildInvokeRequest({
      functionName: "arn:aws:lambda:eu-west-1:123456789012:function:fn",
      qualifier: "$LATEST",
      payload: "{}",
      invocationType: "Event",
      logType: "Tail",
      clientContext: "e30=",
      tenantId: "blue",
      durableExecutionName: "once",
      traceId: "Root=1-2-3",
    });
    expect(request).toEqual({
      method: "POST",
      path: "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Afn/invocations",
      query: "Qualifier=%24LATEST",
      headers: {
        "content-type": "application/octet-stream",
        "x-amz-invocation-type": "Event",
        "x-amz-log-type": "Tail",
        "x-amz-client-context": "e30=",
        "x-amz-tenant-id": "blue",
        "x-amz-durable-execution-name": "once",
        "x-amzn-trace-id": "Root=1-2-3",
      },
      body: "{}",
    });
  });

  it("asks for a stream at the streaming path", () => {
    const { path } = buildInvokeRequest({ functionName: "fn:live", responseStream: true });
    expect(path).toBe("/2021-11-15/functions/fn%3Alive/response-streaming-invocations");
    expect(invokeAsyncPath("fn")).toBe("/2014-11-13/functions/fn/invoke-async");
  });

  it("gives what sign takes", () => {
    const request = buildInvokeRequest({ functionName: "fn", payload: "{}" });
    const signer = {
      credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
      region: "eu-west-1",
      service: "lambda",
    };
    const { authorization } = sign({ ...request, headers: { ...request.headers, host: "h" } }, signer, 0);
    expect(authorization).toContain("SignedHeaders=content-type;host;x-amz-date");
  });
});

describe("readInvokeResponse", () => {
  it("reads an answer", () => {
    const answer = readInvokeResponse({
      status: 200,
      headers: {
        "x-amz-executed-version": "7",
        "x-amzn-requestid": "r-1",
        "x-amz-log-result": "bG9n",
        "x-amz-function-error": "Unhandled",
      },
      body: bytes('{"errorType":"E"}'),
    });
    expect(answer).toEqual({
      kind: "answer",
      statusCode: 200,
      functionError: "Unhandled",
      executedVersion: "7",
      logResult: "bG9n",
      payload: bytes('{"errorType":"E"}'),
      requestId: "r-1",
      durableExecutionArn: null,
    });
  });

  it("reads an accepted event without inventing a version", () => {
    expect(readInvokeResponse({ status: 202, headers: {}, body: new Uint8Array() })).toMatchObject({
      kind: "answer",
      statusCode: 202,
      executedVersion: null,
      functionError: null,
    });
  });

  it("reads a throttle with its reason and its delay", () => {
    const outcome = readInvokeResponse({
      status: 429,
      headers: { "x-amzn-errortype": "TooManyRequestsException", "retry-after": ["3"] },
      body: bytes('{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}'),
    });
    expect(outcome).toMatchObject({
      kind: "error",
      error: {
        code: "TooManyRequestsException",
        status: 429,
        message: "Rate Exceeded.",
        type: "User",
        reason: "ConcurrentInvocationLimitExceeded",
        retryAfterSeconds: 3,
      },
    });
  });
});

describe("readLambdaError", () => {
  const read = (body: string, headers: Record<string, string> = {}, status = 400): LambdaError =>
    readLambdaError({ status, headers, body: bytes(body) });

  it.each([
    ["ResourceNotFoundException:http://internal.amazon.com/coral/", "ResourceNotFoundException"],
    ["com.amazonaws.lambda#ServiceException", "ServiceException"],
    ["AccessDeniedException", "AccessDeniedException"],
  ])("finds the code in the header '%s'", (header, code) => {
    expect(read("{}", { "x-amzn-errortype": header }).code).toBe(code);
  });

  it("finds the code in the body where the header is missing", () => {
    expect(read('{"__type":"aws#UnrecognizedClientException","message":"no"}')).toMatchObject({
      code: "UnrecognizedClientException",
      message: "no",
    });
  });

  it("shows the text of whoever answered in the service's place", () => {
    expect(read("<html>502 Bad Gateway</html>", {}, 502)).toEqual({
      code: "UnknownError",
      status: 502,
      message: "<html>502 Bad Gateway</html>",
      type: null,
      reason: null,
      retryAfterSeconds: null,
      requestId: null,
    });
    expect(read("x".repeat(100_000)).message).toHaveLength(512);
  });

  it.each(["null", "7", '"text"', "[]", '{"message":{"deep":1}}', ""])("takes the body %s calmly", (body) => {
    expect(read(body).code).toBe("UnknownError");
  });
});

describe("formatLambdaError", () => {
  it.each([
    ["ResourceNotFoundException", 404, { Type: "User", Message: "m" }],
    ["InvalidParameterValueException", 400, { Type: "User", message: "m" }],
    ["ServiceException", 500, { Type: "Service", Message: "m" }],
    ["ValidationException", 400, { message: "m" }],
    ["InvalidSignatureException", 403, { message: "m" }],
    ["SomethingNew", 400, { Type: "User", message: "m" }],
  ])("spells %s as its shape does", (code, status, document) => {
    const error = formatLambdaError(code, "m", { requestId: "r-1" });
    expect(error.status).toBe(status);
    expect(JSON.parse(error.body)).toEqual(document);
    expect(error.headers).toEqual({
      "content-type": "application/json",
      "x-amzn-errortype": code,
      "x-amzn-requestid": "r-1",
    });
  });

  it("spells a throttle with reason and delay", () => {
    const error = formatLambdaError("TooManyRequestsException", "Rate Exceeded.", {
      reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      retryAfterSeconds: 0.2,
    });
    expect(error).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(JSON.parse(error.body)).toEqual({
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      Type: "User",
      message: "Rate Exceeded.",
    });
  });

  it("is undone by readLambdaError for every code in the table", () => {
    for (const code of Object.keys(lambdaErrors)) {
      const { status, headers, body } = formatLambdaError(code, "what happened");
      expect(readLambdaError({ status, headers, body: bytes(body) })).toMatchObject({
        code,
        status: lambdaErrors[code]!.status,
        message: "what happened",
      });
    }
  });
});
