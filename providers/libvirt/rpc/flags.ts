/** Numbers of libvirt's API that the calls of rpc/protocol.ts take and give, by name. */

/** Which copy of a domain a change is for; both may be set. */
export const IMPACT = { current: 0, live: 1, config: 2 } as const;

export const LIST_DOMAINS = { active: 1, inactive: 2, transient: 8 } as const;

export const DOMAIN_XML = { secure: 1, inactive: 2, migratable: 8 } as const;

export const CREATE = { paused: 1 } as const;

/** How a guest is asked to stop; libvirt would ask a guest agent first if it is not told. */
export const SHUTDOWN = { acpi: 1 } as const;

/** What an undefine takes with it. */
export const UNDEFINE = {
  managedSave: 1,
  snapshots: 2,
  nvram: 4,
  keepNvram: 8,
  checkpoints: 16,
} as const;

export const VCPUS = { live: 1, config: 2, maximum: 4 } as const;

export const MEMORY = { live: 1, config: 2, maximum: 4 } as const;

/** The size of a disk is in bytes; without it in KiB. */
export const BLOCK_RESIZE = { bytes: 1 } as const;

/** Kind of metadata: an own element of an own XML namespace. */
export const METADATA = { description: 0, title: 1, element: 2 } as const;

/** Groups of ConnectGetAllDomainStats. */
export const STATISTICS = {
  state: 1,
  cpuTotal: 2,
  balloon: 4,
  vcpu: 8,
  interface: 16,
  block: 32,
} as const;

export const MIGRATE = {
  live: 1,
  peerToPeer: 2,
  tunnelled: 4,
  persistDestination: 8,
  undefineSource: 16,
  paused: 32,
  nonSharedDisk: 64,
  nonSharedIncremental: 128,
  changeProtection: 256,
  unsafe: 512,
  abortOnError: 4096,
  autoConverge: 8192,
} as const;

/** Names of the parameters of DomainMigratePerform3Params and DomainMigrateFinish3Params. */
export const MIGRATE_PARAMETER = {
  uri: "migrate_uri",
  disksUri: "disks_uri",
  disks: "migrate_disks",
  destinationName: "destination_name",
  destinationXml: "destination_xml",
  persistentXml: "persistent_xml",
  bandwidthMiBPerSecond: "bandwidth",
} as const;

export const DOMAIN_STATE = {
  none: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  shutoff: 5,
  crashed: 6,
  suspendedByGuest: 7,
} as const;

export const POOL_STATE = {
  inactive: 0,
  building: 1,
  running: 2,
  degraded: 3,
  inaccessible: 4,
} as const;

/** Features asked by ConnectSupportsFeature. */
export const FEATURE = { keepAlive: 10, eventCallback: 14 } as const;
