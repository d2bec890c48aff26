/** What a rule may need of a provider and its harness, and what that means. */
export const NEEDS = {
  machines: "holds machines, which have a host and run or do not",
  admission: "knows what a host can give, and refuses to start more",
  liveMove: "moves running machines",
  sameNameTwice: "can hold two objects of one name",
  adopt: "can take over objects",
  fencing: "remembers the newest fence of a lineage, whatever object it was seen on",
  review: "can ask the platform what it would refuse",
  faults: "the harness can make a call fail",
  parts: "the harness can make a part of the platform unreadable",
} as const satisfies Readonly<Record<string, string>>;

export type Need = keyof typeof NEEDS;
