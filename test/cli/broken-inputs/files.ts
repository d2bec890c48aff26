import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { type BrokenInput, CONTAINER, oneFile, pod } from "./case.ts";

const linkTo =
  (target: string) =>
  (path: string): void =>
    symlinkSync(target, path);

/** Node itself cannot make a pipe with a name. */
const MAKE_PIPE = "mkfifo";

const pipe = (path: string): void => {
  execFileSync(MAKE_PIPE, [path]);
};

const socket = (path: string): void => {
  // The socket file outlives its server only while nobody closes it; the run is short.
  createServer().listen(path).unref();
};

/** A file with a hole: as large as said, and free. */
const hole =
  (bytes: number) =>
  (path: string): void => {
    closeSync(openSync(path, "w"));
    truncateSync(path, bytes);
  };

const unreadable = (path: string): void => {
  writeFileSync(path, pod([CONTAINER]));
  chmodSync(path, 0);
};

const folder = (path: string): void => {
  mkdirSync(path, { recursive: true });
};

const outside = (path: string): void => {
  writeFileSync(`${dirname(dirname(path))}/../outside-secret.yaml`, "kind: Secret\n");
  symlinkSync("../../outside-secret.yaml", path);
};

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

/** What is wrong with the files themselves, before a line of them is read. */
export const FILES: readonly BrokenInput[] = [
  {
    name: "a path that does not exist",
    files: {},
    args: ["-f", "nowhere.yaml"],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "a folder that does not exist",
    files: {},
    args: ["-f", "nowhere/"],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "a pattern that matches nothing",
    files: oneFile(pod([CONTAINER])),
    args: ["-f", "in/*.yml"],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "one good and one missing path",
    files: oneFile(pod([CONTAINER])),
    args: ["-f", "in", "-f", "nope.yaml"],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "an empty path",
    files: {},
    args: ["-f", ""],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "no documents at all",
    files: {},
    args: [],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  {
    name: "a pattern with an open bracket",
    files: {},
    args: ["-f", "in/[a.yaml"],
    wantCode: "VP1407",
    hasLine: false,
  },
  {
    name: "a pattern with too many alternatives",
    files: {},
    args: ["-f", "{a,b}".repeat(12)],
    wantCode: "VP1407",
    hasLine: false,
  },
  {
    name: "random bytes",
    files: oneFile(Uint8Array.from({ length: 4096 }, (_, at) => (at * 197 + 131) % 256)),
    wantCode: "VP1408",
  },
  {
    name: "a picture",
    files: oneFile(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)),
    wantCode: "VP1408",
    at: [1, 1],
  },
  {
    name: "a gzip stream",
    files: oneFile(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)),
    wantCode: "VP1408",
    at: [1, 2],
  },
  {
    name: "UTF-16",
    files: oneFile(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x3a, 0, 0x20, 0, 0x31, 0)),
    wantCode: "VP1408",
    at: [1, 1],
    help: "UTF-8",
  },
  {
    name: "Latin-1",
    files: oneFile(Uint8Array.of(...Buffer.from("kind: Pod\nname: caf"), 0xe9, 0x0a)),
    wantCode: "VP1408",
    at: [2, 10],
  },
  { name: "NUL bytes only", files: oneFile(new Uint8Array(512)), wantCode: "VP1001", at: [1, 1] },
  {
    name: "binary on standard input",
    files: {},
    args: ["-f", "-"],
    input: "a\0b",
    wantCode: "VP1001",
    at: [1, 2],
  },
  {
    name: "broken YAML on standard input",
    files: {},
    args: ["-f", "-"],
    input: "a: [\n",
    wantCode: "VP1010",
    at: [1, 4],
  },
  {
    name: "a file of 100 MiB",
    files: { "in/web.yaml": hole(100 * 1024 * 1024) },
    wantCode: "VP1402",
    hasLine: false,
  },
  {
    name: "a link to itself",
    files: { "in/web.yaml": linkTo("web.yaml") },
    wantCode: "VP1405",
    hasLine: false,
  },
  {
    name: "two links to each other",
    files: { "in/a.yaml": linkTo("b.yaml"), "in/b.yaml": linkTo("a.yaml") },
    wantCode: "VP1405",
    hasLine: false,
  },
  {
    name: "a folder that links to its parent",
    files: { "in/a.yaml": pod([CONTAINER]), "in/sub/up": linkTo("..") },
    wantCode: "VP1405",
    hasLine: false,
  },
  {
    name: "a link to nothing",
    files: { "in/web.yaml": linkTo("gone.yaml") },
    wantCode: "VP1405",
    hasLine: false,
  },
  {
    name: "a named link to itself",
    files: { "web.yaml": linkTo("web.yaml") },
    args: ["-f", "web.yaml"],
    wantCode: "VP1405",
    hasLine: false,
  },
  {
    name: "T6: a link to a file of the machine",
    files: { "in/web.yaml": linkTo("/etc/passwd") },
    wantCode: "VP1404",
    hasLine: false,
  },
  {
    name: "T6: a named link to a file of the machine",
    files: { "web.yaml": linkTo("/etc/passwd") },
    args: ["-f", "web.yaml"],
    wantCode: "VP1404",
    hasLine: false,
  },
  {
    name: "T6: a project file that links out",
    files: { "vpac.yaml": linkTo("/etc/passwd") },
    args: [],
    wantCode: "VP1404",
    hasLine: false,
  },
  {
    name: "T6: a relative link out of the project",
    files: { "in/web.yaml": outside },
    wantCode: "VP1404",
    hasLine: false,
  },
  {
    name: "T6: a folder that links out",
    files: { "in/etc": linkTo("/etc") },
    wantCode: "VP1404",
    hasLine: false,
  },
  {
    name: "T6: a path with NUL inside a pattern",
    files: {},
    args: ["-f", "%00/*.yaml"],
    wantExit: 64,
    wantCode: "VP7001",
    hasLine: false,
  },
  ...(isLinux
    ? [
        { name: "a pipe", files: { "in/web.yaml": pipe }, wantCode: "VP1401", hasLine: false },
        {
          name: "a named pipe",
          files: { "p.yaml": pipe },
          args: ["-f", "p.yaml"],
          wantCode: "VP1401",
          hasLine: false,
        },
        {
          name: "an ignore list that is a pipe",
          files: { "in/.vpacignore": pipe, "in/web.yaml": "- a\n" },
          wantCode: "VP1050",
          at: [1, 1] as const,
        },
        { name: "a socket", files: { "in/web.yaml": socket }, wantCode: "VP1401", hasLine: false },
        {
          name: "a device",
          files: {},
          args: ["-f", "/dev/zero"],
          wantCode: "VP1401",
          hasLine: false,
        },
        {
          name: "a file the system fails to read",
          files: {},
          args: ["-f", "/proc/self/mem"],
          wantCode: "VP1400",
          hasLine: false,
        },
      ]
    : []),
  ...(isRoot
    ? []
    : [
        {
          name: "a file without permission to read",
          files: { "in/web.yaml": unreadable },
          wantCode: "VP1400",
          hasLine: false,
        },
      ]),
  {
    name: "a folder without documents, strictly",
    files: { "in/sub": folder },
    args: ["--strict", "-f", "in"],
    wantCode: "VP1406",
    hasLine: false,
  },
];
