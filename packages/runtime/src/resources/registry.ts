/** The kinds of resource the runtime knows, found by SDK client or by signature scope. */
import { dynamodbTable } from "./dynamodb-table.ts";
import { eventsBus } from "./events-bus.ts";
import type { ResourceDriver } from "./kind.ts";
import { kinesisStream } from "./kinesis-stream.ts";
import { s3Bucket } from "./s3-bucket.ts";
import { secretsmanagerSecret } from "./secretsmanager-secret.ts";
import { snsTopic } from "./sns-topic.ts";
import { sqsQueue } from "./sqs-queue.ts";
import { ssmParameter } from "./ssm-parameter.ts";
import { statesMachine } from "./states-machine.ts";

/** Every kind, each in its own file; a new kind is one line here. */
export const resourceDrivers: readonly ResourceDriver[] = [
  dynamodbTable,
  sqsQueue,
  snsTopic,
  s3Bucket,
  kinesisStream,
  statesMachine,
  eventsBus,
  secretsmanagerSecret,
  ssmParameter,
];

/** The kind that an SDK client of this `serviceId` deals in. */
export function driverOfClient(serviceId: unknown): ResourceDriver | undefined {
  return resourceDrivers.find((driver) => driver.serviceId === serviceId);
}

/** The kind that a request signed for this service deals in. */
export function driverOfScope(signingName: string): ResourceDriver | undefined {
  return resourceDrivers.find((driver) => driver.signingName === signingName);
}
