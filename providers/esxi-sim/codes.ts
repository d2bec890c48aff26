/** Codes of the simulator. Reasons of objects that were made but do not run are in `reasons`. */
export const CODES = {
  foreign: "VP6201",
  nameTaken: "VP6202",
  notFound: "VP6203",
  staleRevision: "VP6204",
  staleFence: "VP6205",
  hostUnknown: "VP6210",
  hostNotReady: "VP6211",
  runtimeMissing: "VP6212",
  hostFull: "VP6213",
  hostInUse: "VP6214",
  namespaceInUse: "VP6215",
  unavailable: "VP6220",
  timeout: "VP6221",
  storeFailed: "VP6222",
  unreachable: "VP6223",
  cancelled: "VP6224",
} as const;
