/**
 * The mesh of a run: what is published, deployed and baked, and the gateways; brought up once and then kept
 * in step with the configuration and with what others publish.
 *
 * Changes go one after the other: two edits in a row never deploy across each other.
 */
import type { LoadedMesh } from "@tulle/config";
import type { PublishAnswer } from "@tulle/control/client";
import { invariant } from "@tulle/core/errors";
import { loadConfiguration } from "../mesh-file/load.ts";
import { bakedFile, bakeSnapshots } from "./baked-snapshots.ts";
import { deployRevisions, type LocalRevision, localRevisions, type Standing } from "./deployer.ts";
import { standInEndpoints, type Wiring } from "./function-environment.ts";
import { startGateway } from "./gateway-part.ts";
import { type Parts, STOP_GRACE_MS } from "./parts.ts";
import type { Settled } from "./settled.ts";
import type { Supervised } from "./supervisor.ts";

export class MeshLife {
  readonly #settled: Settled;
  readonly #parts: Parts;
  readonly #tokens = new Map<string, string>();
  readonly #standing = new Map<string, Standing>();
  readonly #gateways = new Map<string, Supervised>();
  readonly #noteVersion: (version: number) => void;
  #mesh: LoadedMesh;
  #environment: string | null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    settled: Settled,
    parts: Parts,
    start: { readonly mesh: LoadedMesh; readonly noteVersion: (version: number) => void },
  ) {
    this.#settled = settled;
    this.#parts = parts;
    this.#mesh = start.mesh;
    this.#environment = settled.environment;
    this.#noteVersion = start.noteVersion;
  }

  get mesh(): LoadedMesh {
    return this.#mesh;
  }

  get gateways(): ReadonlyMap<string, Supervised> {
    return this.#gateways;
  }

  /** Publishes the configuration as it was loaded and brings everything up. */
  bringUp(): Promise<PublishAnswer> {
    return this.#inTurn(() => this.#adopt(this.#mesh, "tulle dev"));
  }

  /** Loads the configuration again, with the same or another environment, and brings everything in step. */
  apply(change: { readonly environment?: string | null; readonly message: string }): Promise<PublishAnswer> {
    return this.#inTurn(async () => {
      const environment = change.environment === undefined ? this.#environment : change.environment;
      const { configFile: file } = this.#settled;
      const mesh = await loadConfiguration({ file, folder: ".", environment });
      this.#environment = environment;
      return this.#adopt(mesh, change.message);
    });
  }

  /** Deploys again what runs from one source file, folder or zip. */
  redeploy(path: string): Promise<void> {
    this.#parts.bundler.forget(path);
    return this.#inTurn(() => this.#deploy(this.revisions()));
  }

  /** Somebody has published: the copies that are baked into functions follow. */
  follow(): Promise<void> {
    return this.#inTurn(() => this.#bake());
  }

  revisions(): readonly LocalRevision[] {
    return localRevisions(this.#mesh.config, this.#mesh.baseFolder);
  }

  async tokenFor(caller: string): Promise<string> {
    const known = this.#tokens.get(caller);
    if (known !== undefined) return known;
    const { token } = await this.#parts.control.client.issueToken(caller);
    this.#tokens.set(caller, token);
    return token;
  }

  async stopGateways(): Promise<void> {
    await Promise.all([...this.#gateways.values()].map((gateway) => gateway.stop(STOP_GRACE_MS)));
    this.#gateways.clear();
  }

  async #adopt(mesh: LoadedMesh, message: string): Promise<PublishAnswer> {
    const answer = await this.#parts.control.client.publish({ config: mesh.config, message });
    this.#mesh = mesh;
    this.#noteVersion(answer.version);
    this.#settled.emit({ kind: "published", version: answer.version, changed: answer.changed });
    const callers = this.#callers();
    await Promise.all([this.#bake(), ...callers.map((caller) => this.tokenFor(caller))]);
    await Promise.all([this.#deploy(this.revisions()), this.#alignGateways()]);
    return answer;
  }

  #callers(): readonly string[] {
    const { services, gateways } = this.#mesh.config;
    return [...Object.keys(services), ...Object.keys(gateways).map((name) => `gateway/${name}`)];
  }

  async #bake(): Promise<void> {
    const answer = await this.#parts.control.client.snapshot();
    invariant(answer !== null, "an unconditional read has an answer");
    await bakeSnapshots(this.#settled.folder.snapshots, answer.snapshot, this.#callers());
  }

  async #deploy(revisions: readonly LocalRevision[]): Promise<void> {
    const { platform, bundler } = { ...this.#parts, ...this.#parts.platform };
    const wiringOf = (service: string) => this.#wiring(service);
    const standing = this.#standing;
    const done = await deployRevisions(revisions, { platform, bundler, wiringOf, standing });
    for (const { service, revision, deployment } of done)
      this.#settled.emit({
        kind: "deployed",
        service,
        revision: revision.name,
        version: deployment.version,
        changed: deployment.changed,
      });
  }

  #wiring(caller: string): Wiring {
    const { folder, env } = this.#settled;
    return {
      controlUrl: this.#parts.control.url,
      preloadFile: this.#parts.preloadFile,
      token: this.#tokens.get(caller) ?? "",
      snapshotFile: bakedFile(folder.snapshots, caller),
      endpoints: standInEndpoints(env),
    };
  }

  /**
   * Starts the gateways that are new and stops those that are gone; the others read their routes from the
   * snapshot.
   */
  async #alignGateways(): Promise<void> {
    const wanted = new Set(Object.keys(this.#mesh.config.gateways));
    const gone = [...this.#gateways].filter(([name]) => !wanted.has(name));
    const fresh = [...wanted].filter((name) => !this.#gateways.has(name));
    await Promise.all([
      ...gone.map(async ([name, gateway]) => {
        this.#gateways.delete(name);
        await gateway.stop(STOP_GRACE_MS);
      }),
      ...fresh.map(async (name, index) => {
        const first = index === 0 && this.#gateways.size === 0;
        this.#gateways.set(name, await this.#startGateway(name, first ? this.#settled.ports.gateway : 0));
      }),
    ]);
  }

  async #startGateway(name: string, port: number): Promise<Supervised> {
    const { folder, emit } = this.#settled;
    const { platform } = this.#parts.platform;
    const caller = `gateway/${name}`;
    const token = await this.tokenFor(caller);
    const snapshotFile = bakedFile(folder.snapshots, caller);
    const controlUrl = this.#parts.control.url;
    return startGateway({ name, port, folder, controlUrl, token, snapshotFile, platform, emit });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}
