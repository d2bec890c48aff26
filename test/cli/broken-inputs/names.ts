import { type BrokenInput, meta, oneFile } from "./case.ts";

/** Names that no document may have. */
export const NAMES: readonly BrokenInput[] = [
  {
    name: "T14: a name with upper case",
    files: oneFile(meta("{name: Web}")),
    wantCode: "VP1506",
    at: [3, 18],
    help: "web",
  },
  {
    name: "T14: a name that starts with a dash",
    files: oneFile(meta("{name: -x}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name that is a shell command",
    files: oneFile(meta('{name: "$(id)"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name with a semicolon",
    files: oneFile(meta('{name: ";id"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name with a line break",
    files: oneFile(meta('{name: "a\\nb"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T14: a name that is an option",
    files: oneFile(meta('{name: "--connect=qemu"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T18: a name with a Cyrillic letter",
    files: oneFile(meta("{name: w\u0435b}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T18: a name with a direction override",
    files: oneFile(meta('{name: "a\\u202eb"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T17: a name with an escape character",
    files: oneFile(meta('{name: "a\\e[31m"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T12: a name with XML",
    files: oneFile(meta('{name: "x</name><devices>"}')),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "T6: a name that is a path",
    files: oneFile(meta("{name: ../../etc/passwd}")),
    wantCode: "VP1506",
    at: [3, 18],
  },
  {
    name: "a name of 300 characters",
    files: oneFile(meta(`{name: ${"a".repeat(300)}}`)),
    wantCode: "VP1507",
    at: [3, 18],
  },
  { name: "an empty name", files: oneFile(meta('{name: ""}')), wantCode: "VP1506", at: [3, 18] },
];
