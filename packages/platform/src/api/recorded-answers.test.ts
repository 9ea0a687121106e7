import { describe, it } from "vitest";
import { recordedCase, recordedPresent } from "../../test/recorded.ts";
import {
  type Answer,
  api,
  arn,
  firstZip,
  functions,
  secondZip,
  useRecordedBench,
} from "../../test/recorded-bench.ts";

describe.skipIf(!recordedPresent)("answers like AWS (skipped without ../shared/fixtures)", () => {
  const { call, create, same } = useRecordedBench();

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
    const describeAs = (text: string): Promise<Answer> =>
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
    const list = async (query: string): Promise<Answer> => {
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

  it("names aliases as AWS does", async () => {
    const recorded = api("TestLambdaAlias::test_alias_naming");
    const settings = { Environment: { Variables: { testenv: "staging" } } };
    same(recorded["create_response"], await create("fn", settings));
    same(recorded["publish_v1"], await call("POST", `${functions}/fn/versions`, {}));
    const alias = (name: string): Promise<Answer> =>
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
    const put = (count: number): Promise<Answer> =>
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
});
