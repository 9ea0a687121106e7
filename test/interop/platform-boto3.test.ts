import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type InteropPlatform, interopFunction, startInteropPlatform } from "./interop-platform.ts";

/** The platform as boto3 sees it: the endpoint variable is all that tells it from AWS. */

const run = promisify(execFile);
const missing = spawnSync("python3", ["-c", "import boto3"]).status !== 0;

const script = `
import base64, json, os, boto3
from botocore.exceptions import ClientError
client = boto3.client("lambda")
steps = {}
zips = json.loads(os.environ["TEST_ZIPS"])
def code(name): return base64.b64decode(zips[name])
def parse(answer): return json.loads(answer["Payload"].read())

created = client.create_function(FunctionName="greeter", Runtime="nodejs24.x", Handler="index.handler",
    Role="arn:aws:iam::000000000000:role/test", Code={"ZipFile": code("first")}, Tags={"team": "tests"})
steps["created"] = created["State"]
client.get_waiter("function_active_v2").wait(FunctionName="greeter")
steps["version"] = client.publish_version(FunctionName="greeter")["Version"]
client.create_alias(FunctionName="greeter", Name="live", FunctionVersion="1")
steps["aliased"] = parse(client.invoke(FunctionName="greeter:live", Payload=b'{"name": "boto3"}'))
client.update_function_code(FunctionName="greeter", ZipFile=code("second"))
client.get_waiter("function_updated_v2").wait(FunctionName="greeter")
answer = client.invoke(FunctionName="greeter", LogType="Tail")
steps["updated"] = parse(answer)
steps["executed"] = answer["ExecutedVersion"]
steps["log"] = "START RequestId" in base64.b64decode(answer["LogResult"]).decode()
steps["event"] = client.invoke(FunctionName="greeter", InvocationType="Event")["StatusCode"]
steps["dry_run"] = client.invoke(FunctionName="greeter", InvocationType="DryRun")["StatusCode"]
client.update_alias(FunctionName="greeter", Name="live", Description="moved")
pages = client.get_paginator("list_functions").paginate()
steps["listed"] = [function["FunctionName"] for page in pages for function in page["Functions"]]
versions = client.list_versions_by_function(FunctionName="greeter")["Versions"]
steps["versions"] = [version["Version"] for version in versions]
steps["tags"] = client.get_function(FunctionName="greeter")["Tags"]
client.put_function_concurrency(FunctionName="greeter", ReservedConcurrentExecutions=0)
try:
    client.invoke(FunctionName="greeter")
except client.exceptions.TooManyRequestsException as error:
    steps["throttled"] = error.response["Reason"]
client.delete_function(FunctionName="greeter")
try:
    client.get_function(FunctionName="greeter")
except client.exceptions.ResourceNotFoundException as error:
    steps["deleted"] = error.response["Error"]["Message"]
try:
    key = os.environ["AWS_ACCESS_KEY_ID"]
    boto3.client("lambda", aws_access_key_id=key, aws_secret_access_key="wrong").list_functions()
except ClientError as error:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    steps["wrong_key"] = [error.response["Error"]["Code"], status]
print(json.dumps(steps))
`;

let interop: InteropPlatform;
beforeAll(async () => {
  interop = await startInteropPlatform();
});
afterAll(() => interop.close());

it.skipIf(missing)(
  "lets boto3 lead a function through its life (skipped without python3 and boto3)",
  async () => {
    const zips = { first: interopFunction("first"), second: interopFunction("second") };
    const env = {
      ...interop.environment,
      // A throttle is retried by default; here it is the point.
      AWS_MAX_ATTEMPTS: "1",
      TEST_ZIPS: JSON.stringify(zips),
    };
    const { stdout } = await run("python3", ["-c", script], { env });
    expect(JSON.parse(stdout)).toEqual({
      created: "Pending",
      version: "1",
      aliased: { from: "first", event: { name: "boto3" }, version: "1" },
      updated: { from: "second", event: {}, version: "$LATEST" },
      executed: "$LATEST",
      log: true,
      event: 202,
      dry_run: 204,
      listed: ["greeter"],
      versions: ["$LATEST", "1"],
      tags: { team: "tests" },
      throttled: "ReservedFunctionConcurrentInvocationLimitExceeded",
      deleted: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:greeter",
      wrong_key: ["InvalidSignatureException", 403],
    });
  },
);
