import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packFiles } from "../code/pack.ts";
import { startTestPlatform, type TestPlatform, zipOfModule } from "./fixtures/platform.ts";
import { asRecorded, rawCall } from "./fixtures/raw-client.ts";
import { RecordedComparison, recordedCase, recordedPresent } from "./fixtures/recorded.ts";

const accountId = "111111111111";
const role = `arn:aws:iam::${accountId}:role/tester`;
const functions = "/2015-03-31/functions";
const firstZip = zip("def handler(event, context): return 1");
const secondZip = zip("def handler(event, context): return 2");

let test: TestPlatform;
let comparison: RecordedComparison;

beforeEach(async () => {
  test = await startTestPlatform({ accountId, spare: false });
  comparison = new RecordedComparison();
});
afterEach(() => test.close());

function zip(source: string): string {
  return Buffer.from(packFiles({ "index.py": Buffer.from(source) })).toString("base64");
}

async function call(
  method: string,
  path: string,
  body?: object | string | Uint8Array,
): Promise<Record<string, unknown>> {
  const [plain = "", query] = path.split("?");
  const request = {
    method,
    path: plain,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  };
  return asRecorded(await rawCall(test.platform, request));
}

function create(name: string, more: object = {}): Promise<Record<string, unknown>> {
  return call("POST", functions, {
    FunctionName: name,
    Role: role,
    Runtime: "python3.12",
    Handler: "index.handler",
    Code: { ZipFile: firstZip },
    ...more,
  });
}

/** Asserts that our answer is the recorded one. */
function same(recorded: unknown, ours: Record<string, unknown>): void {
  const wrapped = (recorded as { CreateFunctionResponse?: unknown }).CreateFunctionResponse;
  expect(comparison.differences(wrapped ?? recorded, ours)).toEqual([]);
}

function api(name: string): Record<string, unknown> {
  return recordedCase("lambda_api", name);
}

const arn = (name: string): string =>
  encodeURIComponent(`arn:aws:lambda:us-east-1:${accountId}:function:${name}`);

describe.skipIf(!recordedPresent)("answers like AWS (skipped without ../shared/fixtures)", () => {
  it("creates, shows and updates a function", async () => {
    const recorded = api("TestLambdaFunction::test_lambda_code_location_zipfile");
    same(recorded["create-response-zip-file"], await create("fn"));
    same(recorded["get-function-response"], await call("GET", `${functions}/fn`));
    const updated = await call("PUT", `${functions}/fn/code`, { ZipFile: secondZip });
    same(recorded["update-function-response"], updated);
  });

  it("publishes a version on create", async () => {
    const recorded = api("TestLambdaVersions::test_publish_version_on_create");
    same(recorded["create_response"], await create("fn", { Publish: true }));
    same(recorded["get_function_result"], await call("GET", `${functions}/fn`));
    same(recorded["get_function_version_result"], await call("GET", `${functions}/fn?Qualifier=1`));
    same(recorded["get_function_latest_result"], await call("GET", `${functions}/fn?Qualifier=%24LATEST`));
    same(recorded["list_versions_result"], await call("GET", `${functions}/fn/versions`));
    same(recorded["repeated_publish_response"], await call("POST", `${functions}/fn/versions`, {}));
    same(recorded["list_versions_result_after_publish"], await call("GET", `${functions}/fn/versions`));
  });

  it("leads versions through their life", async () => {
    const recorded = api("TestLambdaVersions::test_version_lifecycle");
    const describeAs = (text: string): Promise<Record<string, unknown>> =>
      call("PUT", `${functions}/fn/configuration`, { Description: text });
    same(recorded["create_response"], await create("fn", { Description: "No version :(" }));
    same(recorded["get_function_result"], await call("GET", `${functions}/fn`));
    same(recorded["list_versions_result"], await call("GET", `${functions}/fn/versions`));
    same(recorded["first_update_response"], await describeAs("First version :)"));
    same(recorded["first_update_get_function"], await call("GET", `${functions}/fn`));
    const first = await call("POST", `${functions}/fn/versions`, {
      Description: "First version description :)",
    });
    same(recorded["first_publish_response"], first);
    same(recorded["first_publish_get_function"], await call("GET", `${functions}/fn?Qualifier=1`));
    same(
      recorded["first_publish_get_function_config"],
      await call("GET", `${functions}/fn/configuration?Qualifier=1`),
    );
    same(recorded["second_update_response"], await describeAs("Second version :))"));
    same(
      recorded["first_publish_get_function_after_update"],
      await call("GET", `${functions}/fn?Qualifier=1`),
    );
    same(recorded["second_publish_response"], await call("POST", `${functions}/fn/versions`, {}));
    same(recorded["third_publish_response"], await call("POST", `${functions}/fn/versions`, {}));
    same(recorded["list_versions_result_after_third_publish"], await call("GET", `${functions}/fn/versions`));
    await call("DELETE", `${functions}/fn?Qualifier=1`);
    same(
      recorded["list_versions_result_after_deletion_of_first_version"],
      await call("GET", `${functions}/fn/versions`),
    );
  });

  it("refuses to publish what the caller did not mean", async () => {
    const byRevision = api("TestLambdaVersions::test_publish_with_wrong_revisionid");
    await create("fn", { Runtime: "python3.9" });
    const wrongRevision = await call("POST", `${functions}/fn/versions`, { RevisionId: "doesntexist" });
    same(byRevision["publish_wrong_revisionid_exc"], wrongRevision);

    const byCode = api("TestLambdaVersions::test_publish_with_wrong_sha256");
    comparison = new RecordedComparison();
    await create("other");
    const wrongCode = await call("POST", `${functions}/other/versions`, {
      CodeSha256: "somenonexistentsha256",
    });
    same(byCode["publish_wrong_sha256_exc"], wrongCode);
    const { Configuration } = await call("GET", `${functions}/other`);
    const { CodeSha256, RevisionId } = Configuration as { CodeSha256: string; RevisionId: string };
    same(
      byCode["publish_result"],
      await call("POST", `${functions}/other/versions`, { CodeSha256, RevisionId }),
    );
  });

  it("gives every change a revision of its own", async () => {
    const recorded = api("TestLambdaRevisions::test_function_revisions_basic");
    const environment = { Environment: { Variables: {} } };
    same(recorded["create_function_response_rev1"], await create("fn", { ...environment, Timeout: 30 }));
    same(recorded["get_function_response_rev2"], await call("GET", `${functions}/fn`));
    same(
      recorded["update_function_revision_exception"],
      await call("PUT", `${functions}/fn/code`, { ZipFile: firstZip, RevisionId: "wrong" }),
    );
    same(
      recorded["update_function_code_response_rev3"],
      await call("PUT", `${functions}/fn/code`, { ZipFile: firstZip }),
    );
    same(recorded["get_function_response_rev4"], await call("GET", `${functions}/fn`));
    same(
      recorded["update_function_configuration_revision_exception"],
      await call("PUT", `${functions}/fn/configuration`, { Runtime: "python3.8", RevisionId: "wrong" }),
    );
    same(
      recorded["update_function_configuration_response_rev5"],
      await call("PUT", `${functions}/fn/configuration`, { Runtime: "python3.8" }),
    );
    same(recorded["get_function_response_rev6"], await call("GET", `${functions}/fn`));
  });

  it("lists functions and their versions", async () => {
    const recorded = api("TestLambdaFunction::test_list_functions");
    const environment = { Environment: { Variables: {} }, Handler: "handler.handler", Timeout: 30 };
    same(recorded["create_response_1"], await create("a", { ...environment, Publish: true }));
    same(recorded["create_response_2"], await create("b", { ...environment, Code: { ZipFile: secondZip } }));
    same(
      recorded["list_functions_invalid_functionversion"],
      await call("GET", `${functions}?FunctionVersion=invalid`),
    );
    const list = async (query: string): Promise<Record<string, unknown>> => {
      const { Functions } = await call("GET", `${functions}${query}`);
      return { Functions };
    };
    same(recorded["list_all"], await list("?FunctionVersion=ALL"));
    same(recorded["list_default"], await list(""));
  });

  it("keeps tags within their rules", async () => {
    const lifecycle = api("TestLambdaTag::test_tag_lifecycle");
    await create("fn");
    const tags = `/2017-03-31/tags/${arn("fn")}`;
    const steps: readonly (readonly [string, string, object | string])[] = [
      ["tag_single_response", "POST", { Tags: { A: "tag-a" } }],
      ["tag_multiple_response", "POST", { Tags: { B: "tag-b", C: "tag-c" } }],
      ["tag_overlap_response", "POST", { Tags: { C: "tag-c-newsuffix", D: "tag-d" } }],
      ["untag_single_response", "DELETE", "?tagKeys=A"],
      ["untag_multiple_response", "DELETE", "?tagKeys=B&tagKeys=C"],
      ["untag_nonexisting_response", "DELETE", "?tagKeys=F"],
      ["untag_existing_and_nonexisting_response", "DELETE", "?tagKeys=D&tagKeys=F"],
    ];
    for (const [step, method, change] of steps) {
      const answer =
        typeof change === "string"
          ? await call(method, `${tags}${change}`)
          : await call(method, tags, change);
      same(lifecycle[step], answer);
      same(lifecycle[`${step}_listtags`], await call("GET", tags));
    }
  });

  it("refuses tags where and as AWS does", async () => {
    const recorded = api("TestLambdaTags::test_tag_exceptions");
    const onVersions = api("TestLambdaTags::test_tag_versions");
    const limits = api("TestLambdaTags::test_tag_limits");
    await create("fn", { Publish: true });
    const tags = (name: string): string => `/2017-03-31/tags/${arn(name)}`;
    const tag = { Tags: { A: "a" } };
    same(
      recorded["tag_lambda_invalidarn"],
      await call("POST", `/2017-03-31/tags/${encodeURIComponent("arn:aws:something")}`, tag),
    );
    same(recorded["tag_lambda_doesnotexist"], await call("POST", tags("doesnotexist"), tag));
    same(recorded["tag_lambda_qualifier_doesnotexist"], await call("POST", tags("fn:v1"), tag));
    same(recorded["list_tag_lambda_empty"], await call("GET", tags("fn")));
    same(recorded["untag_nomatch"], await call("DELETE", `${tags("fn")}?tagKeys=somekey`));
    same(recorded["untag_empty_keys"], await call("DELETE", tags("fn")));
    same(recorded["tag_empty_tags"], await call("POST", tags("fn"), { Tags: {} }));
    same(onVersions["tag_resource_exception"], await call("POST", tags("fn:1"), tag));
    same(onVersions["tag_resource_latest_exception"], await call("POST", tags("fn:$LATEST"), tag));
    const many = (count: number): object => ({
      Tags: Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}_key`, `${i}_value`])),
    });
    same(limits["tag_lambda_too_many_tags"], await call("POST", tags("fn"), many(51)));
    same(limits["tag_response"], await call("POST", tags("fn"), many(50)));
    same(limits["list_tags_response"], await call("GET", tags("fn")));
    same(
      limits["tag_lambda_too_many_tags_additional"],
      await call("POST", tags("fn"), { Tags: { a_key: "a_value" } }),
    );
    same(limits["create_function_invalid_tags"], await create("other", many(51)));
  });

  it("refuses bad settings", async () => {
    const created = api("TestLambdaFunction::test_create_lambda_exceptions");
    same(created["invalid_role_arn_exc"], await create("fn", { Role: "r1" }));
    same(created["invalid_runtime_exc"], await create("fn", { Runtime: "non-existent-runtime" }));
    same(created["uppercase_runtime_exc"], await create("fn", { Runtime: "PYTHON3.9" }));
    same(created["multiple_architectures"], await create("fn", { Architectures: ["x86_64", "arm64"] }));
    same(created["uppercase_architecture"], await create("fn", { Architectures: ["X86_64"] }));
    const noZip = {
      Code: { ZipFile: Buffer.from("this is not a zipfile, just a random string").toString("base64") },
    };
    same(created["invalid_zip_exc"], await create("fn", noZip));
    await create("fn");
    const updated = api("TestLambdaFunction::test_update_lambda_exceptions");
    const update = (change: object): Promise<Record<string, unknown>> =>
      call("PUT", `${functions}/fn/configuration`, change);
    same(updated["invalid_role_arn_exc"], await update({ Role: "r1" }));
    same(updated["invalid_runtime_exc"], await update({ Runtime: "non-existent-runtime" }));
    same(updated["uppercase_runtime_exc"], await update({ Runtime: "PYTHON3.9" }));
  });

  it.each(["go1.x", "nodejs14.x", "dotnetcore3.1"])("refuses the retired runtime %s", async (runtime) => {
    const name = `TestRuntimeValidation::test_create_deprecated_function_runtime_with_validation_enabled[${runtime}]`;
    same(api(name)["deprecation_error"], await create("fn", { Runtime: runtime }));
  });

  it("refuses a bucket that does not exist", async () => {
    const recorded = api("TestLambdaFunction::test_lambda_code_location_s3_errors");
    const code = { S3Bucket: "some-bucket", S3Key: "key" };
    same(recorded["create-error-wrong-bucket"], await create("fn", { Code: code }));
    await create("fn");
    same(recorded["update-error-wrong-bucket"], await call("PUT", `${functions}/fn/code`, code));
  });

  it("names functions by ARN in its refusals", async () => {
    const recorded = api("TestLambdaFunction::test_function_arns");
    const settings = { Environment: { Variables: {} }, Handler: "handler.handler", Timeout: 30 };
    same(
      recorded["create-function-arn-response"],
      await create(`arn:aws:lambda:us-east-1:${accountId}:function:fn`, settings),
    );
    same(
      recorded["create-function-partial-arn-response"],
      await create(`${accountId}:function:partial`, { ...settings, Code: { ZipFile: secondZip } }),
    );
    same(recorded["invalid_function_name_exc"], await create("invalid:function:name"));
    same(recorded["long_function_name_exc"], await create("a".repeat(65)));
    same(
      recorded["function_arn_other_region_exc"],
      await create(`arn:aws:lambda:ap-southeast-1:${accountId}:function:fn`),
    );
    const denied = await create("arn:aws:lambda:us-east-1:222222222222:function:fn");
    expect(denied).toMatchObject({
      Error: { Code: "AccessDeniedException" },
      ResponseMetadata: { HTTPStatusCode: 403 },
    });
  });

  it("refuses what does not exist, in each operation's own words", async () => {
    const step = (name: string): unknown => Object.values(api(`TestLambdaFunction::${name}`))[0];
    same(step("test_ops_on_nonexisting_fn[delete_function]"), await call("DELETE", `${functions}/nope`));
    same(
      step("test_ops_on_nonexisting_fn[get_function_concurrency]"),
      await call("GET", "/2019-09-30/functions/nope/concurrency"),
    );
    const wrongRegion = encodeURIComponent("arn:aws:lambda:us-west-1:111111111111:function:fn");
    const localised = (name: string): unknown =>
      JSON.parse(JSON.stringify(step(name)).replaceAll("<wrong-region>", "us-west-1"));
    same(
      localised("test_get_function_wrong_region[get_function]"),
      await call("GET", `${functions}/${wrongRegion}`),
    );
    same(
      localised("test_get_function_wrong_region[get_function_configuration]"),
      await call("GET", `${functions}/${wrongRegion}/configuration`),
    );
    same(
      localised("test_get_function_wrong_region[invoke]"),
      await call("POST", `${functions}/${wrongRegion}/invocations`),
    );
    await create("fn");
    same(
      step("test_ops_on_nonexisting_version[get_function]"),
      await call("GET", `${functions}/fn?Qualifier=1221`),
    );
    const mismatch = api("TestLambdaFunction::test_ops_with_arn_qualifier_mismatch[delete_function]");
    same(mismatch["not_match_exception"], await call("DELETE", `${functions}/fn%3A1?Qualifier=%24LATEST`));
    same(
      mismatch["match_exception"],
      await call("DELETE", `${functions}/fn%3A%24LATEST?Qualifier=%24LATEST`),
    );
    const gone = api("TestLambdaFunction::test_delete_on_nonexisting_version");
    same(gone["delete_function_response_non_existent"], await call("DELETE", `${functions}/nope`));
    same(
      gone["delete_function_response_non_existent_with_qualifier"],
      await call("DELETE", `${functions}/nope?Qualifier=1`),
    );
  });

  it("names aliases as AWS does", async () => {
    const recorded = api("TestLambdaAlias::test_alias_naming");
    const settings = { Environment: { Variables: { testenv: "staging" } } };
    same(recorded["create_response"], await create("fn", settings));
    same(recorded["publish_v1"], await call("POST", `${functions}/fn/versions`, {}));
    const alias = (name: string): Promise<Record<string, unknown>> =>
      call("POST", `${functions}/fn/aliases`, {
        Name: name,
        FunctionVersion: "1",
        Description: "custom-alias",
      });
    same(recorded["create_alias_date"], await alias("2024-01-02"));
    same(recorded["get_alias_date"], await call("GET", `${functions}/fn/aliases/2024-01-02`));
    same(recorded["create_alias_number_exception"], await alias("2024"));
    const missing = api("TestLambdaAlias::test_non_existent_alias_update");
    const update = await call("PUT", `${functions}/fn/aliases/non-existent`, { Description: "x" });
    same(missing["update_alias_response"], update);
  });

  it("splits an alias as AWS does", async () => {
    const recorded = recordedCase("lambda", "TestLambdaAliases::test_alias_routingconfig");
    await create("fn", { Publish: true });
    await call("PUT", `${functions}/fn/code`, { ZipFile: secondZip, Publish: true });
    const alias = {
      Name: "alias1",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights: { "2": 0.5 } },
    };
    same(recorded["create_alias_response"], await call("POST", `${functions}/fn/aliases`, alias));
  });

  it("reserves concurrency", async () => {
    const recorded = api("TestLambdaReservedConcurrency::test_function_concurrency");
    await create("fn");
    const put = (count: number): Promise<Record<string, unknown>> =>
      call("PUT", "/2017-10-31/functions/fn/concurrency", { ReservedConcurrentExecutions: count });
    same(recorded["put_function_concurrency_with_reserved_0"], await put(0));
    same(recorded["put_function_concurrency_with_reserved_1"], await put(1));
    same(recorded["get_function_concurrency"], await call("GET", "/2019-09-30/functions/fn/concurrency"));
    same(recorded["delete_response"], await call("DELETE", "/2017-10-31/functions/fn/concurrency"));
    same(
      recorded["get_function_concurrency_after_delete"],
      await call("GET", "/2019-09-30/functions/fn/concurrency"),
    );
  });

  it("refuses a second change of code while the first is under way", async () => {
    const recorded = api("TestLambdaFunction::test_lambda_concurrent_code_updates");
    same(recorded["create-function-response"], await create("fn", { Handler: "handler.handler" }));
    const update = (): Promise<Record<string, unknown>> =>
      call("PUT", `${functions}/fn/code`, { ZipFile: secondZip });
    const answers = await Promise.all([update(), update()]);
    const refused = answers.find((answer) => "Error" in answer);
    same(recorded["update-during-in-progress-update-exc"], refused ?? {});
  });

  it("answers invocations and refuses them", async () => {
    const invoked = (name: string): Record<string, unknown> => recordedCase("lambda", name);
    const missing = invoked("TestLambdaFeatures::test_invoke_exceptions");
    same(
      missing["invoke_function_doesnotexist"],
      await call("POST", `${functions}/doesnotexist/invocations`),
    );
    await create("fn", {
      Runtime: "nodejs24.x",
      Code: { ZipFile: Buffer.from(zipOfModule("exports.handler = async () => 1")).toString("base64") },
    });
    const encoding = "TestLambdaErrors::test_lambda_invoke_payload_encoding_error";
    const body = Buffer.from([0x6e, 0x87, 0x72, 0x9e, 0xe9, 0xb5, 0xd7, 0x49, 0xee, 0x9b, 0x6d, 0x74]);
    same(
      invoked(`${encoding}[body-n\\x87r\\x9e\\xe9\\xb5\\xd7I\\xee\\x9bmt]`)[
        "invoke_function_invalid_payload_body"
      ],
      await call("POST", `${functions}/fn/invocations`, body),
    );
    const pattern = api("TestLambdaFunction::test_invalid_invoke");
    const path = encodeURIComponent("arn:aws:lambda:us-east-1:123400000000@function:myfn");
    same(pattern["invoke_function_name_pattern_exc"], await call("POST", `${functions}/${path}/invocations`));
    const moved = invoked("TestLambdaAliases::test_lambda_alias_moving");
    same(
      moved["invocation_exc_not_existent"],
      await call("POST", `${functions}/fn/invocations?Qualifier=non-existent-alias`),
    );
  });
});
