/** Documents in the form in which libvirt 9 writes them. */
export const LIVE_DOMAIN = `<domain type='qemu' id='1'>
  <name>shop.db-0</name>
  <uuid>6ba7b810-9dad-51d1-80b4-00c04fd430c8</uuid>
  <metadata>
    <app:note xmlns:app="https://example.org/notes">by hand</app:note>
    <vpac:object xmlns:vpac="https://vpac.dev/ns/libvirt/1" lineage="l" address="vm/shop/db-0" fence="3" intent="i">
      <vpac:attributes>{"a":"&lt;&amp;&gt;\\"' ]]&gt; \\u0001"}</vpac:attributes>
    </vpac:object>
  </metadata>
  <memory unit='KiB'>131072</memory>
  <currentMemory unit='KiB'>98304</currentMemory>
  <vcpu placement='static' current='2'>4</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/images/root.qcow2' index='2'/>
      <backingStore type='file' index='3'>
        <format type='raw'/>
        <source file='/images/base.raw'/>
        <backingStore/>
      </backingStore>
      <target dev='vda' bus='virtio'/>
      <alias name='virtio-disk0'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </disk>
    <disk type='file' device='cdrom'>
      <target dev='sda' bus='sata'/>
      <readonly/>
    </disk>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw'/>
      <source pool='fast' volume='data' index='1'/>
      <backingStore/>
      <target dev='vdb' bus='virtio'/>
    </disk>
    <interface type='network'>
      <mac address='52:54:00:04:e6:22'/>
      <source network='default' portid='3c5dd2a3-61b5-4a0f-8a3e-6d3a1c3f0a11' bridge='virbr0'/>
      <target dev='vnet0'/>
      <model type='virtio'/>
      <mtu size='1400'/>
    </interface>
    <serial type='file'>
      <source path='/logs/console.log' append='on'/>
      <target type='isa-serial' port='0'/>
    </serial>
  </devices>
</domain>`;

export const VOLUME = `<volume type='file'>
  <name>vpac-1-root.qcow2</name>
  <key>/images/vpac-1-root.qcow2</key>
  <capacity unit='bytes'>8388608</capacity>
  <allocation unit='bytes'>200704</allocation>
  <physical unit='bytes'>196640</physical>
  <target>
    <path>/images/vpac-1-root.qcow2</path>
    <format type='qcow2'/>
    <permissions><mode>0600</mode></permissions>
  </target>
  <backingStore>
    <path>/images/base.qcow2</path>
    <format type='qcow2'/>
  </backingStore>
</volume>`;

export const POOL = `<pool type='dir'>
  <name>default</name>
  <uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>
  <capacity unit='bytes'>107374182400</capacity>
  <allocation unit='bytes'>1048576</allocation>
  <available unit='bytes'>107373133824</available>
  <source>
  </source>
  <target>
    <path>/images</path>
  </target>
</pool>`;

export const NETWORK = `<network>
  <name>default</name>
  <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='on' delay='0'/>
  <mtu size='1400'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.122.2' end='192.168.122.254'/>
    </dhcp>
  </ip>
</network>`;

export const CAPABILITIES = `<capabilities>
  <host>
    <uuid>1e0a1c9e-0b0e-4f0f-9d69-9a1f6f5fd3a1</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>Skylake-Client-IBRS</model>
      <topology sockets='1' dies='1' cores='2' threads='1'/>
    </cpu>
    <topology>
      <cells num='2'>
        <cell id='0'>
          <memory unit='KiB'>67108864</memory>
          <distances><sibling id='0' value='10'/><sibling id='1' value='21'/></distances>
          <cpus num='1'>
            <cpu id='0' socket_id='0' die_id='0' core_id='0' siblings='0'/>
          </cpus>
        </cell>
        <cell id='1'>
          <memory unit='KiB'>67108864</memory>
          <cpus num='1'>
            <cpu id='1' socket_id='0' die_id='0' core_id='1' siblings='1'/>
          </cpus>
        </cell>
      </cells>
    </topology>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <machine maxCpus='288'>pc-q35-7.2</machine>
      <domain type='qemu'/>
      <domain type='kvm'>
        <emulator>/usr/bin/kvm</emulator>
      </domain>
    </arch>
  </guest>
</capabilities>`;
