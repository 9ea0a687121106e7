/** The contract of the store port, as one suite that every adapter runs. */
export { type OpenStore, type StoreCase, type SuiteRunner, storeContract } from "./store-contract.ts";
