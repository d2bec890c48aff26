import type { Headroom } from "../../../engine/index.ts";
import type { Amounts } from "../../../engine/model/demand.ts";
import { cleanLine } from "../clean.ts";
import type { Style } from "../style.ts";
import { bytesText, cpuText } from "../units.ts";
import { tableText } from "./table.ts";

/** What is counted. */
interface Shape {
  readonly name: string;
  readonly reservation: Amounts;
  readonly size: Amounts;
  readonly overheadBytes: number;
}

const HOSTS_SHOWN_MAX = 40;

/** How many more fit, in all and by host, and what runs out. */
export function capacityText(shape: Shape, answers: readonly Headroom[], style: Style): string {
  const { name, reservation, size, overheadBytes } = shape;
  const amounts = (value: Amounts): string =>
    `${cpuText(value.cpuMillicores)} CPU, ${bytesText(value.memoryBytes)}`;
  const reserved = `reserves ${amounts(reservation)} and ${bytesText(overheadBytes)} overhead`;
  const facts = `${amounts(size)}; ${reserved}`;
  const lines = [
    `${style.paint("bold", cleanLine(name))}  (${facts})`,
    "",
    ...answers.map((answer) => answerText(answer, style)),
  ];
  if (reservation.cpuMillicores === 0 && reservation.memoryBytes === 0) {
    lines.push("It reserves nothing, so hosts take more of it than they have room for.");
  }
  return `${lines.join("\n")}\n\n${hostsTable(answers)}`;
}

function answerText({ failures, count, atLeast, runsOut }: Headroom, style: Style): string {
  const keeping = failures === 0 ? "" : ` with N+${failures} kept`;
  const total = style.paint("bold", `${atLeast ? "at least " : ""}${count} more fit${keeping}`);
  if (runsOut === undefined) return `${total}; counting stopped there.`;
  const { code, message, rejectedCounts } = runsOut;
  const fell = Object.entries(rejectedCounts)
    .map(([reason, hosts]) => `${hosts} ${reason}`)
    .join(", ");
  const hosts = fell === "" ? "" : ` [${fell}]`;
  return `${total}; then ${code}: ${cleanLine(message)}${hosts}`;
}

function hostsTable(answers: readonly Headroom[]): string {
  const [first] = answers;
  if (first === undefined) return "";
  const counts = answers.map(({ hosts }) => new Map(hosts.map((host) => [host.name, host.count])));
  const ordered = first.hosts.toSorted((left, right) => right.count - left.count);
  const shown = ordered.slice(0, HOSTS_SHOWN_MAX);
  const left = ordered.length - shown.length;
  const table = tableText({
    headers: [
      "HOST",
      ...answers.map(({ failures }) => (failures === 0 ? "MORE" : `MORE, N+${failures}`)),
      "THEN",
    ],
    rows: shown.map(({ name, message = "" }) => [
      name,
      ...counts.map((count) => String(count.get(name) ?? 0)),
      message,
    ]),
    right: answers.map((_, index) => index + 1),
  });
  return left > 0 ? `${table}… ${left} more hosts\n` : table;
}
