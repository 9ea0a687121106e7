import { jsonKind } from "./json-kind.ts";
import type { CommandInput, ResourceDriver } from "./kind.ts";

/**
 * Streams: `StreamName` or `StreamARN`. The service takes a name only in the one and an ARN only in the
 * other, so a logical name moves to the field that its physical form belongs in. The SDK's Kinesis client
 * speaks HTTP/2 unless it is told otherwise, which an interception does not see: such a client is attached,
 * or given a `NodeHttpHandler`.
 */
export const kinesisStream: ResourceDriver = jsonKind({
  kind: "kinesis.stream",
  serviceId: "Kinesis",
  signingName: "kinesis",
  paths: [["StreamName"], ["StreamARN"]],
  refine: moveToRightField,
});

function moveToRightField(input: CommandInput): CommandInput {
  const { StreamName: name, StreamARN: arn, ...rest } = input;
  if (typeof name === "string" && name.startsWith("arn:") && arn === undefined)
    return { ...rest, StreamARN: name };
  if (typeof arn === "string" && !arn.startsWith("arn:") && name === undefined)
    return { ...rest, StreamName: arn };
  return input;
}
