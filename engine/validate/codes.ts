import type { CodeEntry } from "../diagnostics/catalogue.ts";
import { type RuleCode, RULE_CODES } from "./rule-codes.ts";

type ShapeCode =
  | "kindUnknown"
  | "versionNotServed"
  | "fieldMissing"
  | "fieldUnknown"
  | "typeWrong"
  | "valueNotAllowed"
  | "formWrong"
  | "outOfRange"
  | "quantityWrong"
  | "fieldNotInVersion"
  | "shapeWrong"
  | "headMissing"
  | "kindGenerated"
  | "moreProblems";

/** Catalogue of the validate room: kinds and shapes here, rules in rule-codes.ts. */
export const CODES: Readonly<Record<ShapeCode | RuleCode, CodeEntry>> = {
  ...RULE_CODES,
  kindUnknown: {
    code: "VP1500",
    severity: "error",
    summary: "unknown kind",
    explanation:
      "No kind of this group and name is known. Check the spelling of kind and " +
      "apiVersion; `vpac schema` lists the kinds. Kinds of a Supervisor service can be " +
      "used after the service is declared.",
    example: {
      wrong: "apiVersion: v1\nkind: Pood",
      right: "apiVersion: v1\nkind: Pod",
    },
  },
  versionNotServed: {
    code: "VP1501",
    severity: "error",
    summary: "version not served",
    explanation:
      "The kind is known, but not in this version of its group. Old versions were " +
      "removed upstream; use one of the versions that the message lists.",
    example: {
      wrong: "apiVersion: extensions/v1beta1\nkind: Deployment",
      right: "apiVersion: apps/v1\nkind: Deployment",
    },
  },
  fieldMissing: {
    code: "VP1502",
    severity: "error",
    summary: "required field is missing",
    explanation:
      "The kind cannot be understood without this field, and it has no default. Add it " +
      "below the marked key.",
    example: {
      wrong: "kind: Pod\nspec: {}",
      right: "kind: Pod\nspec: {containers: [{name: web, image: nginx}]}",
    },
  },
  fieldUnknown: {
    code: "VP1503",
    severity: "error",
    summary: "unknown field",
    explanation:
      "The kind has no field of this name at this place. Unknown fields are errors " +
      "because a misspelled field would otherwise be ignored without a word.",
    example: { wrong: "spec: {replica: 3}", right: "spec: {replicas: 3}" },
  },
  typeWrong: {
    code: "VP1504",
    severity: "error",
    summary: "value has the wrong type",
    explanation:
      "The field takes another type of value. Numbers and words such as true or yes " +
      "are not text unless they are quoted.",
    example: { wrong: "labels: {version: 1.10}", right: 'labels: {version: "1.10"}' },
  },
  valueNotAllowed: {
    code: "VP1505",
    severity: "error",
    summary: "value is not one of the allowed ones",
    explanation: "The field takes one of a few words, written exactly so.",
    example: { wrong: "restartPolicy: always", right: "restartPolicy: Always" },
  },
  formWrong: {
    code: "VP1506",
    severity: "error",
    summary: "value has the wrong form",
    explanation:
      "The text does not have the form that the field needs, for example a name, an " +
      "address range or a duration.",
    example: { wrong: "metadata: {name: My_App}", right: "metadata: {name: my-app}" },
  },
  outOfRange: {
    code: "VP1507",
    severity: "error",
    summary: "value is out of range",
    explanation: "The number, or the length of the text or list, is beyond what the field takes.",
    example: { wrong: "containerPort: 99999", right: "containerPort: 8080" },
  },
  quantityWrong: {
    code: "VP1508",
    severity: "error",
    summary: "value is not a usable amount",
    explanation:
      "Amounts are written as Kubernetes quantities: 500m or 2 for CPU, 64Mi or 1.5Gi " +
      "for memory. They cannot be negative, and CPU cannot be finer than 1m.",
    example: { wrong: "cpu: 0.0005", right: "cpu: 1m" },
  },
  fieldNotInVersion: {
    code: "VP1509",
    severity: "error",
    summary: "field does not exist in this version",
    explanation:
      "The kind has the field, but not in the version that apiVersion names. Use the " +
      "version the message names, or the field's form in this version.",
    example: {
      wrong: "apiVersion: vmoperator.vmware.com/v1alpha6\nspec: {vmMetadata: {}}",
      right: "apiVersion: vmoperator.vmware.com/v1alpha6\nspec: {bootstrap: {}}",
    },
  },
  shapeWrong: {
    code: "VP1510",
    severity: "error",
    summary: "document does not fit its kind",
    explanation: "The published schema of the kind is violated; `vpac schema KIND` prints it.",
    example: { wrong: "kind: Pod\nspec: []", right: "kind: Pod\nspec: {containers: []}" },
  },
  headMissing: {
    code: "VP1511",
    severity: "error",
    summary: "document has no kind",
    explanation:
      "Every document says what it is with apiVersion and kind. Files of another " +
      "format do not belong among the documents; leave them out with -f or move them.",
    example: { wrong: "name: web", right: "apiVersion: v1\nkind: Pod\nmetadata: {name: web}" },
  },
  kindGenerated: {
    code: "VP1512",
    severity: "error",
    summary: "kind cannot be declared",
    explanation:
      "Resources of this kind are made by vpac from other documents, for example the " +
      "resource pool of a namespace. Change the document they come from.",
    example: { wrong: "kind: ResourcePool", right: "kind: SupervisorNamespace" },
  },
  moreProblems: {
    code: "VP1513",
    severity: "note",
    summary: "more problems in the same document",
    explanation:
      "Only the first problems of a document are shown; the rest appear once these are solved.",
    example: { wrong: "kind: Pod\nspec: {a: 1, b: 2}", right: "kind: Pod\nspec: {containers: []}" },
  },
};
