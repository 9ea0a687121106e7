/**
 * What stands in for DynamoDB, SQS and S3 on this machine, as a process of its own: dynalite and fauxqs
 * from npm, on loopback, in memory. Prints one line of JSON with the endpoints once tables, queue, bucket
 * and map are there.
 */
import type { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import dynalite from "dynalite";
import { startFauxqs } from "fauxqs";

const credentials = { accessKeyId: "stand-in", secretAccessKey: "stand-in" };
const region = "us-east-1";

async function startTables(names: readonly string[]): Promise<string> {
  const server = dynalite({ createTableMs: 0 }) as ReturnType<typeof createServer>;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  for (const TableName of names) {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.05 }, { TableName });
  }
  return endpoint;
}

async function startQueuesAndBuckets(): Promise<string> {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  server.createQueue("fleet-missions");
  server.createBucket("fleet-documents-eu");
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const map = JSON.stringify({ metresPerUnit: 12 });
  await client.send(new PutObjectCommand({ Bucket: "fleet-documents-eu", Key: "maps/site.json", Body: map }));
  return endpoint;
}

const [dynamodb, queuesAndBuckets] = await Promise.all([
  startTables(["fleet-robots-2025", "fleet-robots-2026"]),
  startQueuesAndBuckets(),
]);
console.log(JSON.stringify({ ready: true, dynamodb, sqs: queuesAndBuckets, s3: queuesAndBuckets }));

// The parent holds the other end: when it goes, so do we.
process.stdin.resume().on("end", () => process.exit(0));
