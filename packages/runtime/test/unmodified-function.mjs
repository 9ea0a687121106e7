// A function as people have it: nothing of the mesh in it, the SDK bundled in. Runs the steps it is told and
// prints what came of them.

import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ResourceNotFoundException,
  TooManyRequestsException,
} from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const lambda = new LambdaClient({});
const invoke = (input, options) =>
  lambda.send(new InvokeCommand({ FunctionName: "navigator", Payload: "{}", ...input }), options);

const steps = {
  invoke: async () => {
    const { Payload, ...output } = await invoke();
    return { ...output, payload: Payload.transformToString() };
  },
  event: () => invoke({ InvocationType: "Event" }),
  other: () => invoke({ FunctionName: "someone-else", Qualifier: "live" }),
  otherKeys: () =>
    new LambdaClient({ credentials: { accessKeyId: "ANOTHER", secretAccessKey: "x" } }).send(
      new InvokeCommand({ FunctionName: "navigator" }),
    ),
  many: async () => (await Promise.all(Array.from({ length: 20 }, () => invoke()))).length,
  abort: async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    return invoke({}, { abortSignal: controller.signal });
  },
  timeout: () =>
    new LambdaClient({
      requestHandler: { requestTimeout: 40, throwOnRequestTimeout: true },
      maxAttempts: 1,
    }).send(new InvokeCommand({ FunctionName: "navigator" })),
  idle: () =>
    new LambdaClient({ requestHandler: { socketTimeout: 40 }, maxAttempts: 1 }).send(
      new InvokeCommand({ FunctionName: "navigator" }),
    ),
  stream: async () => {
    const { EventStream } = await lambda.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "navigator" }),
    );
    let text = "";
    for await (const event of EventStream) text += Buffer.from(event.PayloadChunk?.Payload ?? []).toString();
    return text;
  },
  table: () =>
    DynamoDBDocumentClient.from(new DynamoDBClient({})).send(
      new GetCommand({ TableName: "robots", Key: { id: "r1" } }),
    ),
  otherTable: () =>
    DynamoDBDocumentClient.from(new DynamoDBClient({})).send(
      new GetCommand({ TableName: "elsewhere", Key: { id: "r1" } }),
    ),
  tableOtherKeys: () =>
    DynamoDBDocumentClient.from(
      new DynamoDBClient({ credentials: { accessKeyId: "ANOTHER", secretAccessKey: "x" } }),
    ).send(new GetCommand({ TableName: "robots", Key: { id: "r1" } })),
  queue: () =>
    new SQSClient({ md5: false }).send(new SendMessageCommand({ QueueUrl: "jobs", MessageBody: "m" })),
  queueUrl: () => new SQSClient({}).send(new GetQueueUrlCommand({ QueueName: "jobs" })),
  topic: () => new SNSClient({}).send(new PublishCommand({ TopicArn: "alerts", Message: "a & b" })),
  getObject: async () => {
    const { Body } = await new S3Client({ forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: "maps", Key: "a/b c" }),
    );
    return Body.transformToString();
  },
  putObject: () =>
    new S3Client({ forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket: "maps", Key: "k", Body: "text" }),
    ),
  putStream: () =>
    new S3Client({ forcePathStyle: true }).send(
      new PutObjectCommand({
        Bucket: "maps",
        Key: "k",
        Body: Readable.from([Buffer.from("text")]),
        ContentLength: 4,
      }),
    ),
  kinesis: () =>
    new KinesisClient({ requestHandler: new NodeHttpHandler() }).send(
      new PutRecordCommand({ StreamName: "positions", PartitionKey: "p", Data: Buffer.from("d") }),
    ),
  machine: () => new SFNClient({}).send(new StartExecutionCommand({ stateMachineArn: "mission" })),
  bus: () =>
    new EventBridgeClient({}).send(
      new PutEventsCommand({
        Entries: [{ EventBusName: "events", Detail: "{}", DetailType: "t", Source: "s" }],
      }),
    ),
  secret: () => new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: "password" })),
  parameter: () => new SSMClient({}).send(new GetParameterCommand({ Name: "limit" })),
};

async function main() {
  const results = {};
  for (const step of process.argv.slice(2)) {
    try {
      results[step] = { output: await steps[step]() };
    } catch (error) {
      const { name, message, code, $metadata } = error;
      const classes = { ResourceNotFoundException, TooManyRequestsException };
      const is = Object.keys(classes).filter((known) => error instanceof classes[known]);
      results[step] = { error: { name, message, code, $metadata, is } };
    }
  }
  const printable = (key, value) => (key === "Payload" || key === "Body" ? undefined : value);
  process.stdout.write(JSON.stringify(results, printable));
}

void main();
