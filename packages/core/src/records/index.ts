/** Record layouts: how what the mesh keeps lies in a store, the same for every adapter and every reader. */
export {
  type ContentName,
  contentKeys,
  decodeHead,
  decodeManifest,
  encodeHead,
  encodeManifest,
  HEAD_KEY,
  type Head,
  MANIFESTS,
  type Manifest,
  manifestKey,
  partKeys,
  splitText,
} from "./published-versions.ts";
