import { TulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import type { Clock, Digest, Random } from "@tulle/core/ports";
import type { Head } from "@tulle/core/records";
import { canonicalJson, compile, type Snapshot } from "@tulle/core/snapshot";
import type { HistoryEntry, PublishAnswer } from "../api/answers.ts";
import type { Archive, Publication } from "./archive.ts";
import { type AcceptedPublish, acceptPublish } from "./publish-body.ts";

/**
 * Publishes versions, and knows the one that is published.
 *
 * A publish writes its content under a name of its own and then moves the head by one conditional write.
 * Before that write nothing has happened, after it everything has: there is no step between which a crash
 * could leave half of. A publisher whose condition fails has lost the race and says so; trying again is the
 * caller's business, because only the caller knows whether its configuration still makes sense on top of
 * the other one.
 */
export interface Publisher {
  /** Takes the body of a publish request as it came. Throws TULLE4101, TULLE4102. */
  publish(body: unknown): Promise<PublishAnswer>;
  /** What is published as far as this process knows; undefined before the first publish. */
  current(): Publication | undefined;
  /** Looks whether another process published, and reads what it published. */
  refresh(): Promise<void>;
  history(): Promise<readonly HistoryEntry[]>;
}

export interface PublisherOptions {
  readonly archive: Archive;
  readonly digest: Digest;
  readonly nowMs: Clock;
  readonly random: Random;
  /** Called after each change of what is published, before the publish is answered. */
  readonly onPublished: (publication: Publication, message: string) => void;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { archive, digest, nowMs, random, onPublished } = options;
  let current: Publication | undefined;

  function adopt(publication: Publication, message: string): void {
    if (current !== undefined && publication.head.version <= current.head.version) return;
    current = publication;
    onPublished(publication, message);
  }

  async function refresh(): Promise<void> {
    const head = await archive.head();
    if (head === undefined || head.attempt === current?.head.attempt) return;
    const publication = await archive.read(head);
    const newest = (await archive.history()).find(({ attempt }) => attempt === head.attempt);
    adopt(publication, newest?.message ?? "");
  }

  async function publish(body: unknown): Promise<PublishAnswer> {
    const accepted = acceptPublish(body);
    await refresh();
    const before = current;
    const version = before?.head.version ?? 0;
    if (accepted.expectedVersion !== null && accepted.expectedVersion !== version) {
      throw conflict(
        `Version ${accepted.expectedVersion} was expected, but ${version} is published.`,
        version,
      );
    }
    const snapshot = compile(accepted.config, version + 1, digest);
    if (before !== undefined && isSame(before, accepted.config, snapshot)) {
      return { version, hash: snapshot.hash, changed: false };
    }
    await carryOut(accepted, snapshot, before?.head);
    return { version: snapshot.version, hash: snapshot.hash, changed: true };
  }

  async function carryOut(accepted: AcceptedPublish, snapshot: Snapshot, previous: Head | undefined) {
    const { config, message } = accepted;
    const attempt = attemptName(random);
    const manifest = await archive.write({ attempt, previous, snapshot, config, atMs: nowMs(), message });
    if (!(await archive.moveHead(manifest, previous))) {
      await archive.discard(manifest);
      throw conflict(`Another publish made version ${snapshot.version} first.`, snapshot.version);
    }
    adopt({ head: { version: snapshot.version, attempt }, config, snapshot }, message);
    // The version is out. What is left to clear away can wait for the next publish, should this fail.
    await archive.prune(nowMs()).catch(() => undefined);
  }

  return {
    publish,
    current: () => current,
    refresh,
    async history() {
      const manifests = await archive.history();
      return manifests.map(({ version, hash, atMs, message }) => ({ version, hash, atMs, message }));
    },
  };
}

/** Whether a publish would change nothing, neither for data planes nor for who reads the configuration. */
function isSame(before: Publication, config: MeshConfig, snapshot: Snapshot): boolean {
  return before.snapshot.hash === snapshot.hash && canonicalJson(before.config) === canonicalJson(config);
}

function conflict(message: string, version: number): TulleError {
  return new TulleError("TULLE4101", message, { context: { version } });
}

/** 100 bits, so that no two attempts ever share a name. */
function attemptName(random: Random): string {
  return [random(), random()]
    .map((draw) =>
      Math.floor(draw * 2 ** 50)
        .toString(36)
        .padStart(10, "0"),
    )
    .join("");
}
