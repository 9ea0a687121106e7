import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  paginateScan,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { CopyObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fleetMesh } from "../../test/fleet.ts";
import { credentials, type SignedService, startSignedService } from "../../test/signed-service.ts";
import type { Mesh } from "../mesh/mesh.ts";

let service: SignedService;
let mesh: Mesh;

beforeAll(async () => {
  service = await startSignedService(() => ({ body: "{}" }));
  mesh = await fleetMesh();
});

afterAll(() => service.close());

beforeEach(() => {
  service.received.length = 0;
  service.answer = ({ service: name }) =>
    name === "s3" || name === "sns" ? { body: "<CopyObjectResult/>" } : { body: '{"MessageId":"1"}' };
});

const config = () => ({
  region: "eu-west-1",
  credentials,
  endpoint: service.url,
  requestHandler: new NodeHttpHandler(),
  maxAttempts: 1,
});

type Send = () => Promise<unknown>;

const sends: readonly (readonly [name: string, send: Send, sent: string])[] = [
  [
    "a table",
    () =>
      mesh
        .attach(new DynamoDBClient(config()))
        .send(new GetItemCommand({ TableName: "robots", Key: { id: { S: "1" } } })),
    '"TableName":"fleet-robots-3"',
  ],
  [
    "tables in a transaction",
    () =>
      mesh.attach(new DynamoDBClient(config())).send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Delete: { TableName: "robots", Key: { id: { S: "1" } } } }],
        }),
      ),
    '"TableName":"fleet-robots-3"',
  ],
  [
    "a table of the document client",
    () =>
      mesh
        .attach(DynamoDBDocumentClient.from(new DynamoDBClient(config())))
        .send(new GetCommand({ TableName: "robots", Key: { id: "1" } })),
    '"TableName":"fleet-robots-3","Key":{"id":{"S":"1"}}',
  ],
  [
    "tables in a batch of the document client",
    () =>
      mesh
        .attach(DynamoDBDocumentClient.from(new DynamoDBClient(config())))
        .send(new BatchGetCommand({ RequestItems: { robots: { Keys: [{ id: "1" }] } } })),
    '{"RequestItems":{"fleet-robots-3":{"Keys":[{"id":{"S":"1"}}]}}}',
  ],
  [
    "a queue",
    () =>
      mesh
        .attach(new SQSClient({ ...config(), md5: false }))
        .send(new SendMessageCommand({ QueueUrl: "jobs", MessageBody: "m" })),
    '"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/fleet-jobs"',
  ],
  [
    "a topic",
    () => mesh.attach(new SNSClient(config())).send(new PublishCommand({ TopicArn: "alerts", Message: "m" })),
    "fleet-alerts",
  ],
  [
    "a stream",
    () =>
      mesh
        .attach(new KinesisClient(config()))
        .send(new PutRecordCommand({ StreamName: "positions", PartitionKey: "p", Data: Buffer.from("d") })),
    '"StreamName":"fleet-positions"',
  ],
  [
    "a state machine",
    () =>
      mesh.attach(new SFNClient(config())).send(new StartExecutionCommand({ stateMachineArn: "mission" })),
    "stateMachine:fleet-mission",
  ],
  [
    "an event bus",
    () =>
      mesh.attach(new EventBridgeClient(config())).send(
        new PutEventsCommand({
          Entries: [{ EventBusName: "events", Detail: "{}", DetailType: "t", Source: "s" }],
        }),
      ),
    '"EventBusName":"fleet-events"',
  ],
  [
    "a secret",
    () =>
      mesh
        .attach(new SecretsManagerClient(config()))
        .send(new GetSecretValueCommand({ SecretId: "password" })),
    '"SecretId":"fleet/password-9"',
  ],
  [
    "a parameter",
    () => mesh.attach(new SSMClient(config())).send(new GetParameterCommand({ Name: "limit" })),
    '"Name":"/fleet/limit"',
  ],
];

describe("an attached client of a resource's service", () => {
  it.each(sends)("sends the physical name of %s, signed", async (_name, send, sent) => {
    await send();
    expect(service.received).toMatchObject([{ signature: "ok", body: expect.stringContaining(sent) }]);
  });

  it("sends the physical names of both buckets of a copy", async () => {
    const client = mesh.attach(new S3Client({ ...config(), forcePathStyle: true }));
    await client.send(new CopyObjectCommand({ Bucket: "maps", Key: "k", CopySource: "maps/a" }));
    expect(service.received).toMatchObject([
      {
        url: "/fleet-maps-eu/k?x-id=CopyObject",
        signature: "ok",
        headers: { "x-amz-copy-source": "fleet-maps-eu/a" },
      },
    ]);
  });

  it("leaves the command as it was, so that it can be sent again", async () => {
    const client = mesh.attach(DynamoDBDocumentClient.from(new DynamoDBClient(config())));
    const command = new GetCommand({ TableName: "robots", Key: { id: "1" } });
    await client.send(command);
    await client.send(command);
    expect(command.input).toEqual({ TableName: "robots", Key: { id: "1" } });
    expect(service.received[1]!.body).toBe(service.received[0]!.body);
  });

  it("pages through a table by its logical name", async () => {
    const client = mesh.attach(new DynamoDBClient(config()));
    let page = 0;
    service.answer = () => ({
      body: page++ === 0 ? '{"Count":1,"LastEvaluatedKey":{"id":{"S":"1"}}}' : '{"Count":1}',
    });
    let count = 0;
    for await (const { Count } of paginateScan({ client }, { TableName: "robots" })) count += Count ?? 0;
    expect(count).toBe(2);
    expect(service.received.every(({ body }) => body.includes("fleet-robots-3"))).toBe(true);
  });

  it("says nothing about a queue's logical name that is not a URL", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { endpoint: _endpoint, ...rest } = config();
    const client = mesh.attach(
      new SQSClient({
        ...rest,
        md5: false,
        requestHandler: { handle: async () => ({ response: ok }) } as never,
      }),
    );
    const ok = { statusCode: 200, headers: {}, body: Buffer.from("{}") };
    await client.send(new SendMessageCommand({ QueueUrl: "jobs", MessageBody: "m" }));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("sends what names nothing in the mesh as the object it was given", async () => {
    const client = new DynamoDBClient(config());
    const seen: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        seen.push(args.input);
        return next(args);
      },
      { step: "initialize", name: "see" },
    );
    mesh.attach(client);
    const command = new GetItemCommand({ TableName: "elsewhere", Key: { id: { S: "1" } } });
    await client.send(command);
    expect(seen[0]).toBe(command.input);
  });

  it("refuses a resource that the caller may not use, by promise and by callback", async () => {
    const denied = (await fleetMesh({ resourcesAllow: [] })).attach(new DynamoDBClient(config()));
    const command = new GetItemCommand({ TableName: "robots", Key: { id: { S: "1" } } });
    await expect(denied.send(command)).rejects.toMatchObject({ code: "TULLE2001" });
    const error = await new Promise((resolve) => denied.send(command, (error) => resolve(error)));
    expect(error).toMatchObject({ code: "TULLE2001" });
    expect(service.received).toHaveLength(0);
  });

  it("changes no name in observe", async () => {
    const client = (await fleetMesh({ mode: "observe" })).attach(new DynamoDBClient(config()));
    await client.send(new CreateTableCommand({ TableName: "robots" } as never));
    expect(service.received[0]!.body).toContain('"TableName":"robots"');
  });
});
