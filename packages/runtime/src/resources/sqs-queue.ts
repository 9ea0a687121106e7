import { jsonKind } from "./json-kind.ts";
import type { CommandInput, ResourceCall, ResourceDriver } from "./kind.ts";

/**
 * Queues, configured by URL or by ARN: `QueueUrl`, and `QueueName` where a function asks for the URL by name.
 *
 * An attached client never shows the SDK a bare name. An intercepted one does, and the SDK's queue-URL
 * middleware then prints that the name is no URL and goes on to its own endpoint, which is where the request
 * belongs; the warning cannot be had away from outside the bundle, except by asking `GetQueueUrl` first.
 */
export const sqsQueue: ResourceDriver = jsonKind({
  kind: "sqs.queue",
  serviceId: "SQS",
  signingName: "sqs",
  paths: [["QueueUrl"]],
  spell: queueUrl,
  refine: nameOfUrl,
});

/**
 * An ARN names a queue without a host; the API wants a URL: under the endpoint variable where one is set,
 * because the SDK sends a request to where the URL points.
 */
function queueUrl(physical: string): string {
  const [arn, partition, service, region, account, name] = physical.split(":");
  if (arn !== "arn" || service !== "sqs" || name === undefined) return physical;
  const { AWS_ENDPOINT_URL_SQS: own, AWS_ENDPOINT_URL: shared } = process.env;
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const base = own ?? shared ?? `https://sqs.${region}.${suffix}`;
  return `${base.replace(/\/+$/, "")}/${account}/${name}`;
}

function nameOfUrl(input: CommandInput, call: ResourceCall): CommandInput {
  const name = input["QueueName"];
  if (call.operation !== "GetQueueUrl" || typeof name !== "string") return input;
  const url = call.physicalOf(name);
  if (url === null) return input;
  const [account, queue] = url.split("/").slice(-2);
  if (queue === undefined || queue === "") return input;
  const named = { ...input, QueueName: queue };
  const isForeign = /^\d{12}$/.test(account ?? "") && input["QueueOwnerAWSAccountId"] === undefined;
  return isForeign ? { ...named, QueueOwnerAWSAccountId: account } : named;
}
