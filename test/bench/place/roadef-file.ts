import type { Balance, ReassignProblem } from "../../../engine/place/reassign/problem.ts";
import { NumberReader } from "./numbers.ts";

/** The model and first assignment of the ROADEF/EURO challenge 2012; throws where they are none. */
export function readRoadef(model: Uint8Array, initial: Uint8Array): ReassignProblem {
  const reader = new NumberReader(model, "model");
  const resources = readResources(reader);
  const machines = readMachines(reader, resources.resourceCount);
  const services = readServices(reader);
  const processes = readProcesses(reader, resources.resourceCount, services.serviceCount);
  if (processes.processCount === 0) throw new Error("model: no process that could be moved");
  const balances = readBalances(reader, resources.resourceCount);
  const [process = 0, service = 0, machine = 0] = reader.list(3);
  reader.end();
  return {
    ...resources,
    ...machines,
    ...services,
    ...processes,
    balances,
    weights: { process, service, machine },
    initial: readAssignment(initial, processes.processCount, machines.machineCount),
  };
}

/** One machine per process. */
function readAssignment(bytes: Uint8Array, processes: number, machines: number): Int32Array {
  const reader = new NumberReader(bytes, "assignment");
  const assignment = Int32Array.from({ length: processes }, () =>
    reader.index(machines, "machine"),
  );
  reader.end();
  return assignment;
}

function readResources(reader: NumberReader) {
  const resourceCount = reader.count("resources");
  const transient = new Uint8Array(resourceCount);
  const loadWeights = new Float64Array(resourceCount);
  for (let resource = 0; resource < resourceCount; resource++) {
    transient[resource] = reader.next();
    loadWeights[resource] = reader.next();
  }
  return { resourceCount, transient, loadWeights };
}

function readMachines(reader: NumberReader, resourceCount: number) {
  const machineCount = reader.count("machines");
  const neighbourhoods = new Int32Array(machineCount);
  const locations = new Int32Array(machineCount);
  const neighbourhoodOf = numbering();
  const locationOf = numbering();
  const capacities = new Float64Array(machineCount * resourceCount);
  const safetyCapacities = new Float64Array(machineCount * resourceCount);
  const machineMoveCosts = new Int32Array(machineCount * machineCount);
  for (let machine = 0; machine < machineCount; machine++) {
    neighbourhoods[machine] = neighbourhoodOf(reader.next());
    locations[machine] = locationOf(reader.next());
    capacities.set(reader.list(resourceCount), machine * resourceCount);
    safetyCapacities.set(reader.list(resourceCount), machine * resourceCount);
    const row = machine * machineCount;
    for (let to = 0; to < machineCount; to++) machineMoveCosts[row + to] = reader.next();
  }
  return {
    machineCount,
    neighbourhoods,
    locations,
    capacities,
    safetyCapacities,
    machineMoveCosts,
  };
}

/** Names are numbers that say nothing but which are the same; as 0, 1, 2 ... they index tables. */
function numbering(): (name: number) => number {
  const numbers = new Map<number, number>();
  return (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  };
}

function readServices(reader: NumberReader) {
  const serviceCount = reader.count("services");
  const spreads = new Int32Array(serviceCount);
  const dependencies = Array.from({ length: serviceCount }, (_, service) => {
    spreads[service] = reader.next();
    const count = reader.count("dependencies");
    return Array.from({ length: count }, () => reader.index(serviceCount, "service"));
  });
  return { serviceCount, spreads, dependencies };
}

function readProcesses(reader: NumberReader, resourceCount: number, serviceCount: number) {
  const processCount = reader.count("processes");
  const services = new Int32Array(processCount);
  const requirements = new Float64Array(processCount * resourceCount);
  const processMoveCosts = new Float64Array(processCount);
  for (let process = 0; process < processCount; process++) {
    services[process] = reader.index(serviceCount, "service");
    const row = process * resourceCount;
    for (let index = row; index < row + resourceCount; index++) requirements[index] = reader.next();
    processMoveCosts[process] = reader.next();
  }
  return { processCount, services, requirements, processMoveCosts };
}

function readBalances(reader: NumberReader, resourceCount: number): Balance[] {
  return Array.from({ length: reader.count("balance costs") }, () => ({
    first: reader.index(resourceCount, "resource"),
    second: reader.index(resourceCount, "resource"),
    target: reader.next(),
    weight: reader.next(),
  }));
}
