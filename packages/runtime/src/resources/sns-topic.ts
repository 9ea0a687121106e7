import { rewriteFields } from "./fields.ts";
import type { PhysicalNames, ResourceDriver, WireChange, WireRequest } from "./kind.ts";

const names = ["TopicArn", "TargetArn"] as const;

/**
 * Topics: `TopicArn` and `TargetArn`. SNS speaks the query protocol: the body is a form, and only the one
 * pair is replaced in it.
 */
export const snsTopic: ResourceDriver = {
  kind: "sns.topic",
  serviceId: "SNS",
  signingName: "sns",
  rewriteInput: (input, call) =>
    rewriteFields(
      input,
      names.map((name) => [name]),
      call.physicalOf,
    ),
  rewriteRequest,
};

function rewriteRequest(request: WireRequest, { physicalOf }: PhysicalNames): WireChange | null {
  if (request.body === null || request.headers["content-type"]?.includes("form-urlencoded") !== true)
    return null;
  const { buffer, byteOffset, byteLength } = request.body;
  const form = Buffer.from(buffer, byteOffset, byteLength).toString();
  const rewritten = form.replace(/(^|&)(TopicArn|TargetArn)=([^&]*)/g, (pair, lead, field, value: string) => {
    const physical = physicalOf(decodeForm(value));
    return physical === null ? pair : `${lead}${field}=${encodeURIComponent(physical)}`;
  });
  return rewritten === form ? null : { body: rewritten };
}

function decodeForm(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}
