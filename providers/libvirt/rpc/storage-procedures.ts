/** The procedures of libvirt's remote protocol about storage pools and volumes. */
export const STORAGE_PROCEDURES = {
  ConnectListAllStoragePools: {
    number: 281,
    args: { needResults: "int", flags: "uint" },
    result: { pools: "pool[]", count: "uint" },
  },
  StoragePoolLookupByName: { number: 84, args: { name: "string" }, result: { pool: "pool" } },
  StoragePoolDefineXML: {
    number: 77,
    args: { xml: "string", flags: "uint" },
    result: { pool: "pool" },
  },
  StoragePoolBuild: { number: 79, args: { pool: "pool", flags: "uint" }, result: {} },
  StoragePoolCreate: { number: 78, args: { pool: "pool", flags: "uint" }, result: {} },
  StoragePoolRefresh: { number: 83, args: { pool: "pool", flags: "uint" }, result: {} },
  StoragePoolSetAutostart: { number: 90, args: { pool: "pool", autostart: "int" }, result: {} },
  StoragePoolDestroy: { number: 80, args: { pool: "pool" }, result: {} },
  StoragePoolUndefine: { number: 82, args: { pool: "pool" }, result: {} },
  StoragePoolGetInfo: {
    number: 87,
    args: { pool: "pool" },
    result: {
      state: "uint",
      capacityBytes: "unsignedHyper",
      allocationBytes: "unsignedHyper",
      availableBytes: "unsignedHyper",
    },
  },
  StoragePoolGetXMLDesc: {
    number: 88,
    args: { pool: "pool", flags: "uint" },
    result: { xml: "string" },
  },
  StoragePoolListAllVolumes: {
    number: 282,
    args: { pool: "pool", needResults: "int", flags: "uint" },
    result: { volumes: "volume[]", count: "uint" },
  },
  StorageVolLookupByName: {
    number: 95,
    args: { pool: "pool", name: "string" },
    result: { volume: "volume" },
  },
  StorageVolLookupByPath: { number: 97, args: { path: "string" }, result: { volume: "volume" } },
  StorageVolCreateXML: {
    number: 93,
    args: { pool: "pool", xml: "string", flags: "uint" },
    result: { volume: "volume" },
  },
  StorageVolDelete: { number: 94, args: { volume: "volume", flags: "uint" }, result: {} },
  StorageVolResize: {
    number: 260,
    args: { volume: "volume", capacityBytes: "unsignedHyper", flags: "uint" },
    result: {},
  },
  StorageVolGetInfo: {
    number: 98,
    args: { volume: "volume" },
    result: { type: "int", capacityBytes: "unsignedHyper", allocationBytes: "unsignedHyper" },
  },
  StorageVolGetXMLDesc: {
    number: 99,
    args: { volume: "volume", flags: "uint" },
    result: { xml: "string" },
  },
  StorageVolGetPath: { number: 100, args: { volume: "volume" }, result: { path: "string" } },
} as const;
