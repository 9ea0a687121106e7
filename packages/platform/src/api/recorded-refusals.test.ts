import { describe, expect, it } from "vitest";
import { zipOfModule } from "../../test/platform.ts";
import { recordedCase, recordedPresent } from "../../test/recorded.ts";
import {
  type Answer,
  accountId,
  api,
  arn,
  functions,
  secondZip,
  useRecordedBench,
} from "../../test/recorded-bench.ts";

describe.skipIf(!recordedPresent)("refuses like AWS (skipped without ../shared/fixtures)", () => {
  const { call, create, restart, same } = useRecordedBench();

  it("refuses to publish what the caller did not mean", async () => {
    const byRevision = api("TestLambdaVersions::test_publish_with_wrong_revisionid");
    await create("fn", { Runtime: "python3.9" });
    const wrongRevision = await call("POST", `${functions}/fn/versions`, { RevisionId: "doesntexist" });
    same(byRevision["publish_wrong_revisionid_exc"], wrongRevision);

    const byCode = api("TestLambdaVersions::test_publish_with_wrong_sha256");
    restart();
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
    const update = (change: object): Promise<Answer> => call("PUT", `${functions}/fn/configuration`, change);
    same(updated["invalid_role_arn_exc"], await update({ Role: "r1" }));
    same(updated["invalid_runtime_exc"], await update({ Runtime: "non-existent-runtime" }));
    same(updated["uppercase_runtime_exc"], await update({ Runtime: "PYTHON3.9" }));
  });

  it.each(["go1.x", "nodejs14.x", "dotnetcore3.1"])("refuses the retired runtime %s", async (runtime) => {
    const test = "test_create_deprecated_function_runtime_with_validation_enabled";
    same(
      api(`TestRuntimeValidation::${test}[${runtime}]`)["deprecation_error"],
      await create("fn", { Runtime: runtime }),
    );
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

  it("refuses a second change of code while the first is under way", async () => {
    const recorded = api("TestLambdaFunction::test_lambda_concurrent_code_updates");
    same(recorded["create-function-response"], await create("fn", { Handler: "handler.handler" }));
    const update = (): Promise<Answer> => call("PUT", `${functions}/fn/code`, { ZipFile: secondZip });
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
