/**
 * The day's report: counts robots, takes finished missions off the queue, and keeps the result in a bucket.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";

// A logical name is no URL, so it cannot say where the requests go.
const queues = new SQSClient({ useQueueUrlAsEndpoint: false });
const buckets = new S3Client({});
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler(): Promise<unknown> {
  const [robots, missions] = await Promise.all([countRobots(), takeMissions()]);
  const report = JSON.stringify({ robots, missions });
  await buckets.send(new PutObjectCommand({ Bucket: "documents", Key: "reports/daily.json", Body: report }));
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: report };
}

async function countRobots(): Promise<number> {
  const { Count } = await tables.send(new ScanCommand({ TableName: "robots", Select: "COUNT" }));
  return Count ?? 0;
}

async function takeMissions(): Promise<number> {
  const QueueUrl = "missions";
  const { Messages = [] } = await queues.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  await Promise.all(
    Messages.map(({ ReceiptHandle }) => queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
  );
  return Messages.length;
}
