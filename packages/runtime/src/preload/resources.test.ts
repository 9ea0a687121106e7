import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleFunction, type PreloadedFunction, type Run } from "../../test/preloaded-function.ts";
import { type Received, type SignedService, startSignedService } from "../../test/signed-service.ts";

vi.setConfig({ hookTimeout: 60_000 });

const resourceAnswers: Readonly<Record<string, string>> = {
  sqs: '{"MessageId":"1","QueueUrl":"u"}',
  sns: "<PublishResponse/>",
  s3: "text",
};

const sentNames: readonly (readonly [step: string, sent: string])[] = [
  ["table", '"TableName":"fleet-robots-3"'],
  ["queue", '"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/fleet-jobs"'],
  ["queueUrl", '"QueueName":"fleet-jobs"'],
  ["topic", "TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Afleet-alerts"],
  ["kinesis", '"StreamName":"fleet-positions"'],
  ["machine", '"stateMachineArn":"arn:aws:states:eu-west-1:123456789012:stateMachine:fleet-mission"'],
  ["bus", '"EventBusName":"fleet-events"'],
  ["secret", '"SecretId":"fleet/password-9"'],
  ["parameter", '"Name":"/fleet/limit"'],
  ["getObject", "/fleet-maps-eu/a/b%20c?x-id=GetObject"],
  ["putObject", "/fleet-maps-eu/k?x-id=PutObject"],
  ["putStream", "/fleet-maps-eu/k?x-id=PutObject"],
];

describe("resources of an unmodified function", () => {
  let fn: PreloadedFunction;
  let service: SignedService;
  let results: Run["results"];
  let received: readonly Received[];

  beforeAll(async () => {
    service = await startSignedService(({ service: name }) => ({ body: resourceAnswers[name] ?? "{}" }));
    fn = await bundleFunction(["cjs"]);
    ({ results } = await fn.run(
      service.url,
      sentNames.map(([step]) => step),
    ));
    received = service.received;
  });

  afterAll(async () => {
    await service.close();
    await fn.remove();
  });

  it.each(sentNames)("%s sends the physical name, signed", (step, sent) => {
    expect(results[step]!.error).toBeUndefined();
    const matching = received.filter(({ url, body }) => url === sent || body.includes(sent));
    expect(matching.length).toBeGreaterThan(0);
    expect(matching.map(({ signature }) => signature)).toEqual(matching.map(() => "ok"));
    expect(received).toHaveLength(sentNames.length);
  });
});
