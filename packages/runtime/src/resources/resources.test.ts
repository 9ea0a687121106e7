import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rewriteFields } from "./fields.ts";
import type { ResourceDriver, WireRequest } from "./kind.ts";
import { kinesisStream } from "./kinesis-stream.ts";
import { driverOfClient, driverOfScope, resourceDrivers } from "./registry.ts";
import { s3Bucket } from "./s3-bucket.ts";
import { snsTopic } from "./sns-topic.ts";
import { sqsQueue } from "./sqs-queue.ts";
import { ssmParameter } from "./ssm-parameter.ts";

const call = (names: Readonly<Record<string, string>>, operation = "") => ({
  operation,
  physicalOf: (name: string) => names[name] ?? null,
});

function wire(request: Partial<WireRequest>): WireRequest {
  return { host: "h", path: "/", headers: {}, body: null, ...request };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("every kind of resource", () => {
  it("is found by its client and by its signature's scope", () => {
    for (const driver of resourceDrivers) {
      expect(driverOfClient(driver.serviceId)).toBe(driver);
      expect(driverOfScope(driver.signingName)).toBe(driver);
    }
    expect(new Set(resourceDrivers.map(({ kind }) => kind)).size).toBe(9);
  });

  it.each(resourceDrivers.map((driver) => [driver.kind, driver] as const))(
    "%s gives back the very same input when it names nothing in the mesh",
    (_kind, driver: ResourceDriver) => {
      fc.assert(
        fc.property(fc.object(), (input) => {
          expect(driver.rewriteInput(input, call({}, "GetParameter"))).toBe(input);
        }),
      );
    },
  );

  it.each(resourceDrivers.map((driver) => [driver.kind, driver] as const))(
    "%s leaves a body alone that it cannot read",
    (_kind, driver: ResourceDriver) => {
      fc.assert(
        fc.property(fc.uint8Array(), fc.webPath(), (body, path) => {
          const headers = { "x-amz-target": "S.Op", "content-type": "application/x-www-form-urlencoded" };
          expect(driver.rewriteRequest(wire({ body, path, headers }), call({}))).toBeNull();
        }),
      );
    },
  );
});

describe("names in a tree", () => {
  it("are replaced in lists, maps and keys, and the input is not touched", () => {
    const input = {
      RequestItems: { robots: [1], other: [2] },
      TransactItems: [{ Put: { TableName: "robots" } }, {}],
    };
    const before = structuredClone(input);
    const paths = [
      ["RequestItems", "{}"],
      ["TransactItems", "[]", "*", "TableName"],
    ];
    const rewritten = rewriteFields(input, paths, call({ robots: "r3" }).physicalOf);
    expect(rewritten).toEqual({
      RequestItems: { r3: [1], other: [2] },
      TransactItems: [{ Put: { TableName: "r3" } }, {}],
    });
    expect(input).toEqual(before);
    expect((rewritten["TransactItems"] as unknown[])[1]).toBe(input.TransactItems[1]);
  });

  it("never come from an object's prototype", () => {
    const input = Object.create({ TableName: "robots" });
    expect(rewriteFields(input, [["TableName"]], call({ robots: "r3" }).physicalOf)).toBe(input);
  });
});

describe("a stream's name", () => {
  it("moves to the field that its physical form belongs in", () => {
    const arn = "arn:aws:kinesis:eu-west-1:1:stream/p";
    expect(kinesisStream.rewriteInput({ StreamName: "p", Data: 1 }, call({ p: arn }))).toEqual({
      StreamARN: arn,
      Data: 1,
    });
    expect(kinesisStream.rewriteInput({ StreamARN: "p" }, call({ p: "fleet-p" }))).toEqual({
      StreamName: "fleet-p",
    });
  });
});

describe("a parameter's name", () => {
  it("is one only in the operations on parameters", () => {
    const names = { limit: "/fleet/limit" };
    expect(ssmParameter.rewriteInput({ Names: ["limit", "x"] }, call(names, "GetParameters"))).toEqual({
      Names: ["/fleet/limit", "x"],
    });
    const document = { Name: "limit" };
    expect(ssmParameter.rewriteInput(document, call(names, "GetDocument"))).toBe(document);
  });
});

describe("a queue's name", () => {
  it("becomes name and owner where a function asks for the URL", () => {
    const names = { jobs: "https://sqs.eu-west-1.amazonaws.com/123456789012/fleet-jobs" };
    expect(sqsQueue.rewriteInput({ QueueName: "jobs" }, call(names, "GetQueueUrl"))).toEqual({
      QueueName: "fleet-jobs",
      QueueOwnerAWSAccountId: "123456789012",
    });
    const byArn = { jobs: "arn:aws-cn:sqs:cn-north-1:123456789012:fleet-jobs" };
    expect(sqsQueue.rewriteInput({ QueueUrl: "jobs" }, call(byArn, "SendMessage"))).toEqual({
      QueueUrl: "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/fleet-jobs",
    });
    const created = { QueueName: "jobs" };
    expect(sqsQueue.rewriteInput(created, call(names, "CreateQueue"))).toBe(created);
  });
});

describe("a bucket's name", () => {
  const names = call({ maps: "fleet-maps" });

  it("is the host's first label or the path's first segment, and the rest stays as sent", () => {
    const host = "maps.s3.eu-west-1.amazonaws.com";
    expect(s3Bucket.rewriteRequest(wire({ host, path: "/a%2Fb" }), names)).toEqual({
      host: "fleet-maps.s3.eu-west-1.amazonaws.com",
    });
    expect(s3Bucket.rewriteRequest(wire({ path: "/maps/a%2Fb?x=1" }), names)).toEqual({
      path: "/fleet-maps/a%2Fb?x=1",
    });
    expect(s3Bucket.rewriteRequest(wire({ path: "/maps2/a" }), names)).toBeNull();
  });

  it("is found in the source of a copy", () => {
    const input = { Bucket: "other", CopySource: "/maps/k%20k" };
    expect(s3Bucket.rewriteInput(input, names)).toEqual({ Bucket: "other", CopySource: "/fleet-maps/k%20k" });
    const headers = { "x-amz-copy-source": "maps/k" };
    expect(s3Bucket.rewriteRequest(wire({ path: "/other/k", headers }), names)).toEqual({
      headers: { "x-amz-copy-source": "fleet-maps/k" },
    });
  });
});

describe("a topic's name", () => {
  it("is replaced in the form, and every other pair stays as it was written", () => {
    const body = bytes("Action=Publish&TopicArn=alerts&Message=a+b%26TopicArn%3Dalerts&Version=1");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const change = snsTopic.rewriteRequest(wire({ body, headers }), call({ alerts: "arn:aws:sns:x:1:y" }));
    expect(change).toEqual({
      body: "Action=Publish&TopicArn=arn%3Aaws%3Asns%3Ax%3A1%3Ay&Message=a+b%26TopicArn%3Dalerts&Version=1",
    });
  });
});
