import type { CodeEntry } from "../../engine/diagnostics/catalogue.ts";

type InputCode =
  | "unreadable"
  | "notRegular"
  | "fileTooLarge"
  | "inputTooLarge"
  | "linkOutside"
  | "linkLoop"
  | "noDocuments"
  | "badPattern"
  | "notUtf8";

/** What can go wrong with finding and reading the documents (VP1400 to VP1499). */
export const INPUT_CODES: Readonly<Record<InputCode, CodeEntry>> = {
  unreadable: {
    code: "VP1400",
    severity: "error",
    summary: "the file cannot be read",
    explanation: "The system refused to open or read the file; the reason is in the details.",
    example: { wrong: "chmod 000 web.yaml", right: "chmod 644 web.yaml" },
  },
  notRegular: {
    code: "VP1401",
    severity: "error",
    summary: "not a regular file",
    explanation:
      "Documents are read from regular files only. Pipes, sockets and devices can block for " +
      "ever; pass such input on standard input with `-f -`.",
    example: { wrong: "vpac plan -f pipe.yaml", right: "vpac plan -f - < pipe.yaml" },
  },
  fileTooLarge: {
    code: "VP1402",
    severity: "error",
    summary: "the file is too large",
    explanation: "One file may have 64 MiB.",
    example: { wrong: "one file of 100 MiB", right: "several files in one folder" },
  },
  inputTooLarge: {
    code: "VP1403",
    severity: "error",
    summary: "the input is too large",
    explanation: "All files of one run may have 512 MiB together, and be 100,000 in number.",
    example: { wrong: "vpac plan -f /", right: "vpac plan -f manifests/" },
  },
  linkOutside: {
    code: "VP1404",
    severity: "error",
    summary: "a symbolic link leads out of the folder",
    explanation:
      "Links are followed only while their target stays in the project folder or the folder that " +
      "was named, so that a repository cannot make vpac read other files of the machine.",
    example: { wrong: "ln -s /etc/passwd web.yaml", right: "cp ../shared/web.yaml web.yaml" },
  },
  linkLoop: {
    code: "VP1405",
    severity: "error",
    summary: "a symbolic link leads to itself or to nothing",
    explanation: "The link cannot be followed: its target is missing, or links form a circle.",
    example: { wrong: "ln -s web.yaml web.yaml", right: "rm web.yaml" },
  },
  noDocuments: {
    code: "VP1406",
    severity: "warning",
    summary: "the folder holds no documents",
    explanation:
      "A folder was named, but it holds no file ending in .yaml, .yml or .json, or all of them " +
      "are ignored.",
    example: { wrong: "vpac validate -f empty/", right: "vpac validate -f manifests/" },
  },
  badPattern: {
    code: "VP1407",
    severity: "error",
    summary: "the file pattern cannot be read",
    explanation: "A pattern has too many alternatives in braces, or a bracket that never closes.",
    example: { wrong: "vpac plan -f 'a/[b.yaml'", right: "vpac plan -f 'a/[bc].yaml'" },
  },
  notUtf8: {
    code: "VP1408",
    severity: "error",
    summary: "the file is not UTF-8 text",
    explanation:
      "The file has bytes that are not UTF-8: it is a picture, an archive or a program, or a " +
      "text in another encoding such as UTF-16 or Latin-1. Nothing of it was read.",
    example: { wrong: "a text saved as UTF-16", right: "iconv -f utf-16 -t utf-8" },
  },
};
