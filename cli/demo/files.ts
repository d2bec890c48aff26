import { guestCluster, namespaces, platform } from "./platform.ts";
import { whatIf, workloads } from "./workloads.ts";

/** First line of the project file: only a folder with it is taken for the demo's own. */
export const DEMO_MARK = "# The vpac demo: a small data centre on the embedded simulator.";

const HOSTS = 8;

const project = `${DEMO_MARK}
apiVersion: vpac.dev/v1alpha1
kind: Environment
metadata:
  name: demo
spec:
  providers:
    - {name: sim, type: esxi-sim, seed: 7}
`;

const ignore = `.vpac/
*.vpacplan
`;

const readme = `# The vpac demo

Eight hosts in four racks, forty workloads, and one more in what-if/ that no host can take.

    vpac plan                       nothing to do: everything runs where it was planned
    vpac hosts                      how full the hosts are
    vpac explain vm/shop/db-0       why it runs where it runs
    vpac explain vm/shop/db-2 -f manifests -f what-if
    vpac whatif --drain esx-04      what would move where if a host had to be emptied
    vpac capacity --class guaranteed-large   how many more fit, and what runs out first
    vpac sim fail esx-04            break a host behind vpac's back
    vpac plan                       the repair; vpac apply carries it out
    vpac destroy                    remove everything again
`;

/** Every file of the demo by its path in the folder. */
export const demoFiles: readonly (readonly [path: string, text: string])[] = [
  ["vpac.yaml", project],
  [".gitignore", ignore],
  ["README.md", readme],
  ["manifests/hosts.yaml", platform(HOSTS)],
  ["manifests/namespaces.yaml", namespaces],
  ["manifests/workloads.yaml", workloads],
  ["manifests/guest-cluster.yaml", guestCluster],
  ["what-if/db-2.yaml", whatIf],
];
