/**
 * An instance of a registered image, booted from the snapshot's blocks as EC2 would: three boots, and one that is killed.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttachVolumeCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
  ImportKeyPairCommand,
  type Instance,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { makeKey } from '../../scripts/adapters/qemu/ssh.ts';
import { clientsFor } from '../localcloud/support/clients.ts';
import { becomes, describe, run } from '../localcloud/support/instances.ts';
import {
  findImageFile,
  homeRegion,
  login,
  registerFile,
  startCloudProcess,
} from '../support/booted-world.ts';
import { processesMentioning } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const bootSeconds = 600;
const userData = '#!/bin/sh\necho ran >> /root/user-data-ran\n';

/** What the instance sees, as JSON. Python is there because cloud-init is. */
const look = `cloud-init status --wait >/dev/null
python3 - <<'END'
import json, os, subprocess, urllib.error, urllib.request
base = 'http://169.254.169.254/latest/'
def ask(path, method='GET', headers={}):
    try:
        request = urllib.request.Request(base + path, method=method, headers=headers)
        return urllib.request.urlopen(request, timeout=20).read().decode()
    except urllib.error.HTTPError as error:
        return error.code
token = ask('api/token', 'PUT', {'X-aws-ec2-metadata-token-ttl-seconds': '60'})
believed = {'X-aws-ec2-metadata-token': token}
read = lambda path: open(path).read().strip()
print(json.dumps({
    'datasource': json.load(open('/run/cloud-init/status.json'))['v1']['datasource'],
    'errors': json.load(open('/run/cloud-init/result.json'))['v1']['errors'],
    'withoutToken': ask('meta-data/instance-id'),
    'instanceId': ask('meta-data/instance-id', headers=believed),
    'document': json.loads(ask('dynamic/instance-identity/document', headers=believed)),
    'hostname': os.uname().nodename,
    'ran': read('/root/user-data-ran'),
    'rootBytes': os.statvfs('/').f_blocks * os.statvfs('/').f_frsize,
    'rootDevice': subprocess.check_output(['findmnt', '-no', 'SOURCE', '/']).decode().strip(),
    'vendor': read('/sys/class/dmi/id/bios_vendor'),
    'uuid': read('/sys/class/dmi/id/product_uuid'),
    'board': read('/sys/class/dmi/id/board_asset_tag'),
    'uefi': os.path.exists('/sys/firmware/efi'),
}))
END`;

const makeFileSystem = `set -e
for i in $(seq 60); do disk=$(lsblk -dnro NAME,SERIAL | awk -v s="$SERIAL" '$2 == s {print $1}'); [ -n "$disk" ] && break; sleep 1; done
mkfs.ext4 -q /dev/$disk
mount /dev/$disk /mnt
echo kept > /mnt/data
umount /mnt
blockdev --getsize64 /dev/$disk`;

const portOf = (instance: Instance) =>
  Number(instance.Tags?.find((tag) => tag.Key === 'localcloud:ssh-port')?.Value);

test('an instance boots, is reached, rebooted, stopped, started, and leaves nothing when it is killed', async (t) => {
  const folder = await temporaryFolder(t);
  const state = path.join(folder, 'cloud');
  const keys = path.join(folder, 'keys');
  await mkdir(keys);
  const publicKey = await makeKey(keys);
  const file = await findImageFile(folder);
  let cloud = await startCloudProcess(state);
  t.after(() => cloud.stop('SIGKILL'));
  const ImageId = await registerFile(cloud.endpoint, folder, file);
  const here = clientsFor(cloud.endpoint, homeRegion);
  const { ec2 } = here;
  let started = performance.now();
  const lap = (what: string) => {
    t.diagnostic(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    started = performance.now();
  };

  await ec2.send(new ImportKeyPairCommand({ KeyName: 'boots', PublicKeyMaterial: Buffer.from(publicKey) }));
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'boots', Description: 'ssh' }),
  );
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const id = await run(here, {
    ImageId,
    InstanceType: 't3.small',
    KeyName: 'boots',
    UserData: Buffer.from(userData).toString('base64'),
    NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: [GroupId] }],
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 5 } }],
    MetadataOptions: { HttpTokens: 'required' },
  });
  const InstanceIds = [id];
  const running = await becomes(here, id, 'running', 120);
  lap('RunInstances to running');
  const shell = await login(portOf(running), keys, bootSeconds);
  lap('running to ssh');
  const seen = JSON.parse(await shell.run(look));
  lap('ssh to the end of cloud-init');
  t.diagnostic(JSON.stringify(seen));
  assert.match(seen.datasource, /DataSourceEc2Local/);
  assert.deepEqual(seen.errors, []);
  assert.equal(seen.withoutToken, 401);
  assert.equal(seen.instanceId, id);
  assert.equal(seen.document.imageId, ImageId);
  assert.equal(seen.ran, 'ran');
  assert.ok(seen.rootBytes > 4 * 2 ** 30, `the root has ${seen.rootBytes} bytes`);
  assert.match(seen.rootDevice, /^\/dev\/nvme0n1p/);
  assert.equal(seen.vendor, 'Amazon EC2');
  assert.match(seen.uuid, /^ec2/i);
  assert.equal(seen.board, id);
  assert.equal(seen.uefi, true);
  assert.equal(seen.hostname, 'ip-169-254-169-15');

  const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }));
  assert.match(Buffer.from(Output, 'base64').toString(), /login:|cloud-init/i);
  const { ImageData = '' } = await ec2.send(new GetConsoleScreenshotCommand({ InstanceId: id }));
  assert.equal(Buffer.from(ImageData, 'base64').subarray(1, 4).toString(), 'PNG');

  const { VolumeId = '' } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', Size: 1 }),
  );
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device: '/dev/sdf' }));
  const size = await shell.run(`SERIAL=${VolumeId.replace('-', '')}\n${makeFileSystem}`);
  assert.equal(Number(size), 2 ** 30);
  await ec2.send(new DetachVolumeCommand({ VolumeId }));
  lap('a volume attached, used, detached');

  await ec2.send(new RebootInstancesCommand({ InstanceIds }));
  const rebooted = await login(portOf(running), keys, bootSeconds, shell.bootId);
  lap('reboot');
  assert.equal((await describe(here, id)).State?.Name, 'running');
  assert.equal((await rebooted.run('cat /root/user-data-ran')).trim(), 'ran');

  await rebooted.run('echo stays > /root/stays; sync');
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  const stopped = await becomes(here, id, 'stopped', 300);
  lap('stop');
  assert.equal(stopped.StateReason?.Code, 'Client.UserInitiatedShutdown');
  assert.deepEqual(await processesMentioning(`${state}/volumes`), []);
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device: '/dev/sdf' }));
  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  const again = await login(portOf(await becomes(here, id, 'running', 60)), keys, bootSeconds);
  lap('start to ssh');
  assert.equal((await again.run('cat /root/stays')).trim(), 'stays');
  assert.equal((await again.run('mount /dev/nvme1n1 /mnt && cat /mnt/data && umount /mnt')).trim(), 'kept');
  await again.run('nohup sh -c "sleep 1; systemctl poweroff" >/dev/null 2>&1 </dev/null &');
  const off = await becomes(here, id, 'stopped', 300);
  lap('switched off from inside');
  assert.equal(off.StateReason?.Code, 'Client.InstanceInitiatedShutdown');

  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  await becomes(here, id, 'running', 60);
  assert.notDeepEqual(await processesMentioning(`${state}/volumes`), []);
  await cloud.stop('SIGKILL');
  // The kernel ends the children of a killed process at once, but reaping them takes a moment.
  for (let i = 0; i < 50 && (await processesMentioning(state)).length > 0; i++) await sleep(100);
  assert.deepEqual(await processesMentioning(state), []);
  here.close();

  cloud = await startCloudProcess(state);
  const after = clientsFor(cloud.endpoint, homeRegion);
  t.after(() => after.close());
  assert.equal((await describe(after, id)).State?.Name, 'stopped');
  await after.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await becomes(after, id, 'terminated', 60);
  assert.deepEqual(await readdir(path.join(state, 'volumes')), [`${VolumeId}.raw`]);
  const log = await readFile(path.join(state, 'requests.jsonl'), 'utf8');
  assert.doesNotMatch(log, /InternalError/);
});
