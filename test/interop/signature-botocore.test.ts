import { spawnSync } from "node:child_process";
import { type ReceivedRequest, verify } from "@tulle/aws/signature";
import { describe, expect, it } from "vitest";

/**
 * Signs with botocore, the other half of the world's SDKs, and verifies with ours.
 *
 * `SIGNER` signs one request with botocore's signers; `CLIENT` lets a real boto3 Lambda client build, encode
 * and sign a request, and takes it from the client before it is sent.
 */
const SIGNER = `
import json, sys
from urllib.parse import urlsplit
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

given = json.load(sys.stdin)
body = given["body"].encode()
request = AWSRequest(method=given["method"], url=given["url"], headers=given["headers"], data=body)
credentials = Credentials(given["accessKeyId"], given["secretAccessKey"], given.get("sessionToken"))
if given["form"] == "query":
    SigV4QueryAuth(credentials, given["service"], given["region"], expires=60).add_auth(request)
else:
    SigV4Auth(credentials, given["service"], given["region"]).add_auth(request)
prepared = request.prepare()
parts = urlsplit(prepared.url)
headers = [[n, v if isinstance(v, str) else v.decode()] for n, v in prepared.headers.items()]
if "host" not in [name.lower() for name, _ in headers]:
    headers.append(["Host", parts.netloc])
target = parts.path + ("?" + parts.query if parts.query else "")
json.dump({"method": prepared.method, "url": target, "headers": headers}, sys.stdout)
`;

const CLIENT = `
import base64, json, sys
from urllib.parse import urlsplit
import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

given = json.load(sys.stdin)
client = boto3.client(
    "lambda",
    region_name=given["region"],
    endpoint_url="http://127.0.0.1:3000/prefix",
    aws_access_key_id=given["accessKeyId"],
    aws_secret_access_key=given["secretAccessKey"],
    aws_session_token=given.get("sessionToken"),
    config=Config(retries={"max_attempts": 0}),
)
seen = {}

def stop(request, **_):
    parts = urlsplit(request.url)
    seen["method"] = request.method
    seen["url"] = parts.path + ("?" + parts.query if parts.query else "")
    seen["headers"] = [[n, v if isinstance(v, str) else v.decode()] for n, v in request.headers.items()]
    if "host" not in [n.lower() for n, _ in seen["headers"]]:
        seen["headers"].append(["Host", parts.netloc])
    body = request.body or b""
    seen["body"] = base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode()
    class Raw:
        def stream(self, **_):
            yield b"{}"
        def read(self, *_):
            return b"{}"
    return AWSResponse(request.url, 200, {"content-length": "2"}, Raw())

client.meta.events.register("before-send.lambda.*", stop)
try:
    getattr(client, given["operation"])(**given["parameters"])
except Exception as error:
    if not seen:
        raise
json.dump(seen, sys.stdout)
`;

interface Signed {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Base64. */
  readonly body?: string;
}

function python(script: string, input: unknown): Signed {
  const run = spawnSync("python3", ["-c", script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return JSON.parse(run.stdout) as Signed;
}

const probe = spawnSync("python3", ["-c", "import boto3; print(boto3.__version__)"], { encoding: "utf8" });
const installed = probe.status === 0;
const title = installed
  ? `boto3 ${probe.stdout.trim()}`
  : "boto3 (skipped: python3 with boto3 is not installed)";

const keys = { accessKeyId: "ASIASESSION", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const session = { ...keys, sessionToken: "FwoGZXIvYXdzEXAMPLE//////////wEaD/+=" };

function check(
  request: ReceivedRequest,
  credentials: { secretAccessKey: string; sessionToken?: string } = session,
) {
  return verify(request, (id) => (id === keys.accessKeyId ? credentials : undefined), {
    nowMs: Date.now(),
    region: "eu-west-1",
    service: "lambda",
  });
}

describe.skipIf(!installed)(title, () => {
  const functionName = "123456789012%3Afunction%3Afleet%3Alive";
  const url = `http://127.0.0.1:3000/2015-03-31/functions/${functionName}/invocations?Qualifier=%24LATEST`;
  const signing = {
    method: "POST",
    url,
    headers: { "X-Amz-Log-Type": "Tail", "X-Amz-Client-Context": "e30=", "User-Agent": "x/1  y/2" },
    body: '{"robot":7,"name":"Zoë"}',
    region: "eu-west-1",
    service: "lambda",
  };

  it.each([
    ["SigV4Auth with temporary keys", { ...signing, ...session, form: "header" }, session],
    ["SigV4Auth with lasting keys", { ...signing, ...keys, form: "header" }, keys],
    [
      "SigV4QueryAuth",
      { ...signing, ...session, method: "GET", headers: {}, body: "", form: "query" },
      session,
    ],
  ])("%s: what it signs is verified, and any change is refused", (_, given, credentials) => {
    const { method, url: target, headers } = python(SIGNER, given);
    const received = { method, url: target, rawHeaders: headers.flat(), body: given.body };
    expect(check(received, credentials)).toMatchObject({ ok: true, accessKeyId: "ASIASESSION" });
    expect(check({ ...received, body: `${given.body} ` }, credentials).ok).toBe(false);
    expect(check({ ...received, url: target.replace("LATEST", "latest") }, credentials).ok).toBe(false);
    expect(check(received, { ...credentials, secretAccessKey: "another" }).ok).toBe(false);
  });

  it.each([
    ["invoke", { FunctionName: "fleet:live", Payload: '{"robot":7}', LogType: "Tail" }],
    [
      "invoke",
      { FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:fleet", Qualifier: "$LATEST" },
    ],
    [
      "invoke",
      { FunctionName: "fleet", InvocationType: "Event", ClientContext: "e30=", TenantId: "blue team" },
    ],
    ["list_functions", { Marker: "a b/c+d=&", MaxItems: 5 }],
    [
      "untag_resource",
      { Resource: "arn:aws:lambda:eu-west-1:123456789012:function:fleet", TagKeys: ["b", "a", "ü"] },
    ],
  ])("the Lambda client's %s with %j is verified", (operation, parameters) => {
    const {
      method,
      url: target,
      headers,
      body,
    } = python(CLIENT, {
      ...session,
      region: "eu-west-1",
      operation,
      parameters,
    });
    const received = { method, url: target, rawHeaders: headers.flat(), body: Buffer.from(body!, "base64") };
    expect(check(received)).toMatchObject({ ok: true, accessKeyId: "ASIASESSION" });
    expect(check({ ...received, url: `${target}x` }).ok).toBe(false);
  });
});
