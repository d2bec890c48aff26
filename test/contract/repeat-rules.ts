import { expect } from "vitest";
import type { Intent, Outcome, ReviewedWrite } from "../../engine/contract/provider.ts";
import type { ContractWorld, Failure, Subject } from "./harness.ts";
import type { Rule } from "./rules.ts";
import {
  create,
  find,
  first,
  hostsOf,
  idOf,
  machinesOf,
  observe,
  oneOfEach,
  permitOf,
  pictureOf,
  remove,
  tagOf,
  update,
  updateOf,
} from "./subjects.ts";

/** One writing call on an object, which the calls before it have brought to where it starts. */
interface Operation {
  readonly name: string;
  readonly call: () => Promise<Outcome>;
}

/** The life of one object, with every writing call that its platform knows. */
function lifeOf(world: ContractWorld, subject: Subject, number: number): readonly Operation[] {
  const { capabilities } = world.provider();
  const intent = subject.make(number);
  let attributes = intent.attributes;
  let host = intent.host;
  const updated = (mode: "live" | "power-off" | "move"): Promise<Outcome> =>
    update(world, updateOf(intent, mode, { attributes, host, tag: tagNow(intent, mode, host) }));
  const operations: Operation[] = [
    { name: "create", call: () => create(world, intent) },
    {
      name: "live update",
      call: () => {
        attributes = subject.edited(intent.attributes);
        return updated("live");
      },
    },
  ];
  const { resized } = subject;
  if (resized !== undefined) {
    operations.push({
      name: "update while off",
      call: () => {
        attributes = resized(subject.edited(intent.attributes));
        return updated("power-off");
      },
    });
  }
  if (subject.is === "machine" && capabilities.liveMove) {
    operations.push({
      name: "move",
      call: () => {
        host = hostsOf(world)[1];
        return updated("move");
      },
    });
  }
  return [...operations, { name: "removal", call: () => remove(world, permitOf(intent)) }];
}

/** Every call is a step of its own and carries the number of its intent. */
const tagNow = (intent: Intent, mode: string, host: string | undefined): Intent["tag"] => ({
  ...intent.tag,
  intent: `${mode}-${host ?? ""}-of-${intent.address}`,
});

/** What a life must look like from outside after each call, whatever happened on the way. */
async function stateOf(world: ContractWorld, subject: Subject, number: number): Promise<object> {
  const { objectId, name } = subject.make(number);
  const { objects } = await observe(world, [objectId]);
  return objects
    .filter((object) => object.id === objectId || object.name === name)
    .map(({ attributes, host, power, tag }) => ({ attributes, host, power, tag }));
}

/** Lives an undisturbed life and returns its states, for comparison. */
async function quietLife(world: ContractWorld, subject: Subject): Promise<readonly object[]> {
  const states: object[] = [];
  for (const { name, call } of lifeOf(world, subject, 1)) {
    expect(await call(), name).toMatchObject({ is: "done", changed: true });
    states.push(await stateOf(world, subject, 1));
  }
  return states;
}

/** Lives the same life again with every call failing first; every state must be the quiet one's. */
async function failEveryCall(
  world: ContractWorld,
  { subject, how }: { readonly subject: Subject; readonly how: Failure },
  quiet: readonly object[],
): Promise<void> {
  for (const [index, { name, call }] of lifeOf(world, subject, 1).entries()) {
    const title = `${name}, ${how}`;
    const before = await stateOf(world, subject, 1);
    await world.failNext?.(how);
    const expected = how === "unavailable" ? "failed" : "unknown";
    expect((await call()).is, title).toBe(expected);
    if (how !== "timeout-after") expect(await stateOf(world, subject, 1), title).toEqual(before);
    expect(await call(), `${title}, repeated`).toMatchObject({ is: "done" });
    expect(await stateOf(world, subject, 1), `${title}, repeated`).toEqual(quiet[index]);
  }
}

const reviewed = (intent: Intent): ReviewedWrite => ({ ...intent, verb: "create" });

export const REPEAT_RULES: readonly Rule[] = [
  {
    id: "C-51",
    level: "SHOULD",
    says: "reviews writes without making them, and names those that would be refused",
    needs: ["review"],
    check: async (world) => {
      const before = await pictureOf(world);
      for (const [index, { make, refused }] of world.subjects.entries()) {
        const good = make(2 * index + 1);
        const writes = refused === undefined ? [good] : [good, refused(make(2 * index + 2))];
        const findings = await world.provider().review?.(writes.map(reviewed), world.context);
        const wrong = writes.slice(1).map(({ address }) => address);
        expect(findings?.map(({ address }) => address)).toEqual(wrong);
        for (const { verb, problem } of findings ?? []) {
          expect(verb).toBe("create");
          expect(problem.code).toMatch(/^VP\d{4}$/);
          expect(problem.message).not.toBe("");
        }
      }
      expect(await pictureOf(world)).toBe(before);
    },
  },
  {
    id: "C-52",
    level: "MUST",
    says: "refuses a write whose fence is lower than that of its object as a conflict",
    check: async (world) => {
      const tagged = (intent: Intent, fence: number): Intent["tag"] =>
        tagOf(intent.address, { fence, intent: `writer-${fence}` });
      const intents = oneOfEach(world);
      for (const intent of intents) await create(world, intent);
      for (const intent of intents) {
        const newer = updateOf(intent, "live", { tag: tagged(intent, 7) });
        expect(await update(world, newer)).toMatchObject({ is: "done" });
      }
      for (const [index, intent] of intents.entries()) {
        const attributes = world.subjects[index]?.edited(intent.attributes) ?? {};
        const old = { attributes, tag: tagged(intent, 6) };
        const before = await pictureOf(world);
        const late = [
          await update(world, updateOf(intent, "live", old)),
          await update(world, updateOf(intent, "forget", old)),
          await remove(world, permitOf(intent, { tag: old.tag })),
        ];
        for (const outcome of late) {
          expect(outcome).toMatchObject({ is: "failed", why: { type: "conflict" } });
        }
        expect(await pictureOf(world)).toBe(before);
        const next = updateOf(intent, "live", { attributes, tag: tagged(intent, 7) });
        expect(await update(world, next)).toMatchObject({ is: "done" });
      }
    },
  },
  {
    id: "C-53",
    level: "MUST",
    says: "comes to the same end when any call of an object's life fails first and is repeated",
    needs: ["faults"],
    check: async (world) => {
      for (const subject of world.subjects) {
        const quiet = await quietLife(world, subject);
        for (const how of ["unavailable", "timeout-before", "timeout-after"] as const) {
          await failEveryCall(world, { subject, how }, quiet);
        }
      }
    },
  },
  {
    id: "C-54",
    level: "MUST",
    says: "changes nothing when any call of an object's life is repeated, by a new process too",
    check: async (world) => {
      for (const [index, subject] of world.subjects.entries()) {
        for (const { name, call } of lifeOf(world, subject, index + 1)) {
          expect(await call(), name).toMatchObject({ is: "done", changed: true });
          const before = await pictureOf(world);
          expect(await call(), `${name} repeated`).toMatchObject({ is: "done", changed: false });
          await world.reopen();
          expect(await call(), `${name} repeated`).toMatchObject({ is: "done", changed: false });
          expect(await pictureOf(world), `${name} repeated`).toBe(before);
        }
      }
    },
  },
  {
    id: "C-55",
    level: "MUST",
    says: "names the parts that cannot be read, shows the rest, and finds all again afterwards",
    needs: ["parts"],
    check: async (world) => {
      await create(world, first(world, 1));
      const far = machinesOf(world).length > 0 ? { host: hostsOf(world)[1] } : {};
      await create(world, first(world, 2, far));
      const before = await pictureOf(world);
      const mend = (await world.breakPart?.()) ?? (() => Promise.resolve());
      const partial = await observe(world, [idOf(1), idOf(2)]);
      expect(partial.complete).toBe(false);
      expect(partial.missing ?? []).not.toEqual([]);
      expect(partial.objects.length).toBeGreaterThan(0);
      await mend();
      expect(await find(world, idOf(2))).toBeDefined();
      expect(await pictureOf(world)).toBe(before);
    },
  },
];
