import { storeContract } from "@tulle/testkit/store-contract";
import { describe, it } from "vitest";
import { createMemoryStore } from "./memory-store.ts";

storeContract("memory", createMemoryStore, { describe, it });
