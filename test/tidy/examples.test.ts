import { dirname } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { files, read, root } from "./tree.ts";

/** The functions of the examples: ordinary Lambda handlers, which a reader may copy out of here. */
const sources = files.filter((file) => /^examples\/[^/]+\/services\/.*\.[cm]?[jt]sx?$/.test(file));

describe("the functions of the examples", () => {
  it("are found", () => {
    const services = new Set(sources.map(dirname));
    for (const name of ["dispatch", "navigator", "charging", "telemetry", "reports"])
      expect(services).toContain(`examples/robot-fleet/services/${name}`);
  });

  it("import nothing of ours, directly or through anything else", async () => {
    // What a bundler finds is what there is, whatever form the import has.
    const { metafile } = await build({
      entryPoints: [...sources],
      absWorkingDir: root,
      outdir: "nowhere",
      bundle: true,
      platform: "node",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toEqual(expect.arrayContaining([...sources]));
    const ours = inputs.filter(
      (input) =>
        /^packages\/|@tulle\//.test(input) || (/^examples\//.test(input) && !sources.includes(input)),
    );
    expect(ours).toEqual([]);
    const left = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    );
    expect(left.filter(({ path }) => /tulle/i.test(path))).toEqual([]);
  });

  it.each(sources)("%s knows of no mesh: neither its variables nor its globals", (file) => {
    expect(read(file)).not.toMatch(/tulle/i);
  });
});
