type LibvirtCodeName =
  | "settingsWrong"
  | "unreachable"
  | "connectionLost"
  | "noAnswer"
  | "cancelled"
  | "refused"
  | "unreadable"
  | "foreign"
  | "nameTaken"
  | "notFound"
  | "staleRevision"
  | "staleFence"
  | "kindUnknown"
  | "setupWrong"
  | "hostUnknown"
  | "hostNotReady"
  | "hostFull"
  | "hostUnclear"
  | "poolMissing"
  | "imageMissing"
  | "imageUnsafe"
  | "volumeWrong"
  | "volumeFailed"
  | "startFailed"
  | "stopFailed"
  | "moveFailed"
  | "devicesDiffer"
  | "diskShrinks"
  | "macTaken"
  | "startLost";

/** What one code of the provider means; the same form as the catalogues of the engine's rooms. */
interface LibvirtCode {
  readonly code: `VP63${number}`;
  readonly severity: "error";
  readonly summary: string;
  readonly explanation: string;
  readonly example: { readonly wrong: string; readonly right: string };
}

const entry = (
  code: LibvirtCode["code"],
  summary: string,
  explanation: string,
  [wrong, right]: readonly [wrong: string, right: string],
): LibvirtCode => ({ code, severity: "error", summary, explanation, example: { wrong, right } });

/** The catalogue of the libvirt provider, VP6300 to VP6399. */
export const LIBVIRT_CODES: Readonly<Record<LibvirtCodeName, LibvirtCode>> = {
  settingsWrong: entry(
    "VP6300",
    "the settings of the libvirt provider cannot be used",
    "The entry of the Environment names no hypervisor, or one of its values cannot be read.",
    ["{name: kvm, type: libvirt}", "{name: kvm, type: libvirt, uri: qemu:///system}"],
  ),
  unreachable: entry(
    "VP6301",
    "a hypervisor cannot be reached",
    "The connection to libvirtd was refused, or nobody answered in time. Nothing was asked " +
      "of it. What is on that host is not known.",
    ["a host whose libvirtd is stopped", "systemctl start libvirtd, then plan again"],
  ),
  connectionLost: entry(
    "VP6302",
    "the connection to a hypervisor broke",
    "The connection ended while a call was under way. The call may have had its effect; it " +
      "is sent again and finds out.",
    ["libvirtd restarted during apply", "vpac apply again, where the retries were not enough"],
  ),
  noAnswer: entry(
    "VP6303",
    "a hypervisor did not answer in time",
    "The deadline passed before the answer came. The call may have had its effect; it is " +
      "sent again and finds out.",
    ["a host that swaps", "less load on the host, then vpac apply again"],
  ),
  cancelled: entry(
    "VP6304",
    "the call was given up",
    "The run was stopped while the call was under way. What it began is continued by the " +
      "next run.",
    ["Ctrl-C during apply", "vpac apply again"],
  ),
  refused: entry(
    "VP6305",
    "libvirt refused the call",
    "libvirt answered with an error, which is in the message. Nothing was changed.",
    ["a value that this version of libvirt does not know", "what the message asks for"],
  ),
  unreadable: entry(
    "VP6306",
    "what a hypervisor says cannot be read",
    "A document or an answer of libvirt does not have the form that it should have.",
    ["metadata of a domain changed by hand", "put the metadata back, or adopt the domain anew"],
  ),
  foreign: entry(
    "VP6310",
    "the domain belongs to somebody else",
    "The domain carries no ownership mark, or that of another lineage. vpac changes and " +
      "removes only what it made or was told to adopt.",
    ["an update of a domain made with virsh", "annotate the document with vpac.dev/adopt"],
  ),
  nameTaken: entry(
    "VP6311",
    "the name of the domain is taken",
    "A domain of that name is on one of the hosts and is not ours. Nothing was changed.",
    ["a domain shop.db-0 made with virsh", "adopt it, or choose another name"],
  ),
  notFound: entry(
    "VP6312",
    "there is no such domain",
    "No host of the provider has a domain with this UUID; it was removed behind vpac's back.",
    ["an update after `virsh undefine`", "plan again: the VM is created anew"],
  ),
  staleRevision: entry(
    "VP6313",
    "the domain has changed since the plan",
    "The domain is not as it was when the plan was made. Nothing was changed.",
    ["a plan from before `virsh destroy`", "plan again and apply that"],
  ),
  staleFence: entry(
    "VP6314",
    "an older writer is fenced off",
    "A writer with a higher fence has written to the domain since. A process that was " +
      "thought dead must not change anything any more.",
    ["an apply that was paused for an hour", "plan and apply again"],
  ),
  kindUnknown: entry(
    "VP6315",
    "libvirt cannot hold objects of this kind",
    "The libvirt provider holds VirtualMachines only.",
    ["a Pod bound to a libvirt provider", "annotate it with vpac.dev/provider: sim"],
  ),
  setupWrong: entry(
    "VP6316",
    "the guest cannot be set up so",
    "A field of spec.bootstrap or spec.network cannot be told to the guest by its seed; the " +
      "message and the fields say which.",
    ["addresses: [10.0.0.5]", "addresses: [10.0.0.5/24]"],
  ),
  hostUnknown: entry(
    "VP6320",
    "there is no such host",
    "The call names a host that the provider does not have in its settings.",
    ["vpac.dev/pin-host: kvm-9", "the name of a host in the Environment"],
  ),
  hostNotReady: entry(
    "VP6321",
    "the host takes no machines",
    "The host is in maintenance: its machines move away and none is started on it.",
    ["a move to a host with maintenance: true", "plan again: another host is chosen"],
  ),
  hostFull: entry(
    "VP6322",
    "the host cannot reserve what the machine needs",
    "What the running machines of the host reserve may not exceed what the host can give. " +
      "The room was taken since the plan was made. Machines of others count with all of " +
      "their memory.",
    ["reservations of 65 GiB on a host of 64 GiB", "plan again: another host is chosen"],
  ),
  hostUnclear: entry(
    "VP6323",
    "a host cannot be asked for the domain",
    "One of the hosts cannot be reached, and it may hold the domain that the call is about. " +
      "Nothing was changed, since a second domain might have been made.",
    ["a create while one of two hosts is down", "bring the host back, or take it out"],
  ),
  poolMissing: entry(
    "VP6330",
    "the storage pool cannot be used",
    "The host has no storage pool of that name, or it is not active.",
    ["pool: fast on a host that has only default", "virsh pool-start fast"],
  ),
  imageMissing: entry(
    "VP6331",
    "the image is not on the host",
    "The source of a MachineImage is the name of a volume in the pool of the host, or an " +
      "absolute path in a pool. No such volume is there.",
    ["source: debian-13.qcow2", "virsh vol-create-as and vol-upload, or another source"],
  ),
  imageUnsafe: entry(
    "VP6332",
    "the image refers to another file",
    "An image with a backing file would let the guest read that file of the host. Only " +
      "images that are whole are used.",
    ["an image made with qemu-img create -b", "qemu-img convert -O qcow2 OLD NEW"],
  ),
  volumeWrong: entry(
    "VP6333",
    "a volume of the machine is not as it should be",
    "A volume has the name that a disk of the machine should have and is something else, or " +
      "the disk of a machine that ran before is gone. It is not replaced, as its data may " +
      "be wanted.",
    ["vpac-ID-root.qcow2 removed by hand", "put the volume back, or replace the VM"],
  ),
  volumeFailed: entry(
    "VP6334",
    "a volume of the machine cannot be made",
    "The domain is defined and does not run, since libvirt could not make one of its disks.",
    ["a pool without room", "make room, then apply again"],
  ),
  startFailed: entry(
    "VP6335",
    "the machine cannot be started",
    "The domain is defined; libvirt or QEMU refused to start it, for the reason in the message.",
    ["domainType: kvm on a host without /dev/kvm", "domainType: qemu"],
  ),
  stopFailed: entry(
    "VP6336",
    "the machine did not stop",
    "The guest was asked to shut down and still runs, and its powerOffMode forbids to " +
      "switch it off.",
    ["powerOffMode: Soft and a guest without ACPI", "powerOffMode: TrySoft"],
  ),
  moveFailed: entry(
    "VP6337",
    "the machine cannot be moved",
    "The migration failed, for the reason in the message. The machine is where it was.",
    ["a host whose peerUri the other host cannot reach", "peerUri and migrateUri of the host"],
  ),
  devicesDiffer: entry(
    "VP6338",
    "the domain has other devices than were asked for",
    "What libvirt made of the domain document was read back before the first start, and it " +
      "reaches more of the host, or less, than the machine should. It was not started.",
    ["a hook of the host that adds a disk to every domain", "remove the hook, then apply again"],
  ),
  diskShrinks: entry(
    "VP6339",
    "the disk of a machine cannot become smaller",
    "What lies behind the new end of the disk would be lost, and the guest would not notice. " +
      "The machine was not touched.",
    ["bootDiskCapacity: 10Gi for a disk of 20 GiB", "bootDiskCapacity: 20Gi, or replace the VM"],
  ),
  macTaken: entry(
    "VP6340",
    "another domain of the host has a card with this MAC address",
    "Two cards of one address on a network take each other's packets. Nothing was changed.",
    ["macAddr: 52:54:00:00:00:01 in two VMs", "another macAddr, or none: vpac then makes one"],
  ),
  startLost: entry(
    "VP6341",
    "the daemon of a host has lost a start",
    "libvirtd was killed between writing down that it starts a machine and starting its " +
      "emulator. Since then it shows the domain as starting up, and refuses every change of it " +
      "to everybody, `virsh destroy` too, even after another restart. No emulator runs, and the " +
      "disks are whole. Only the host can end this: its status file of the domain has to go.",
    [
      "libvirtd killed in the middle of apply",
      "on the host: stop libvirtd, rm /run/libvirt/qemu/NAME.xml, start libvirtd; vpac apply",
    ],
  ),
};

/** The bare codes, as outcomes carry them. */
export const CODES: Readonly<Record<LibvirtCodeName, string>> = Object.freeze(
  Object.fromEntries(Object.entries(LIBVIRT_CODES).map(([name, { code }]) => [name, code])),
) as Readonly<Record<LibvirtCodeName, string>>;
