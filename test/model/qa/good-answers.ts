/** What a good guest prints, by check: taken from a guest of a Debian 12 image and shortened. */

export const sockets = `udp UNCONN 0      0          127.0.0.54:53   0.0.0.0:*
udp UNCONN 0      0       127.0.0.53%lo:53   0.0.0.0:*
udp UNCONN 0      0      10.0.2.15%eth0:68   0.0.0.0:*
tcp LISTEN 0      128           0.0.0.0:22   0.0.0.0:*
tcp LISTEN 0      4096   127.0.0.53%lo:53   0.0.0.0:*
tcp LISTEN 0      4096       127.0.0.54:53   0.0.0.0:*
tcp LISTEN 0      128              [::]:22      [::]:*
tcp LISTEN 0      5                [::1]:631     [::]:*
`;

export const userData = `script=as root
text_mode=640 root:adm
text=written by write_files
program_mode=755 root:root
program=from base64
sudo=root
shell=/bin/bash
keys=1
hostname=aperiodic-qa
full_hostname=aperiodic-qa.internal
stored_hostname=aperiodic-qa
`;

export const packageSteps = `debconf: delaying package configuration, since apt-utils is not installed
installed=1.0
installed_state=ii
updated=2.0
updated_state=ii
kept_settings=changed by the user
removed=
removed_state=rc
purged_state=
purged_settings=
audit=
`;

export const shutdown = `mounted=1
fsck: root: clean, 17215/493680 files, 261244/1556987 blocks
boots=2
last=Journal stopped
message=a line for the log
`;

export const sshd = `port 22
passwordauthentication no
kbdinteractiveauthentication no
permitemptypasswords no
pubkeyauthentication yes
permitrootlogin without-password
hostbasedauthentication no
permituserenvironment no
strictmodes yes
x11forwarding no
`;

/** Answers that do not depend on the guest. */
export const steadyAnswers = {
  'memory-used': 'MemTotal:        2027012 kB\nMemFree:         1821832 kB\nMemAvailable:    1807644 kB\n',
  'boot-time': 'UserspaceTimestampMonotonic=8599371\nFinishTimestampMonotonic=111634418\n',
  'base-startup': 'lines=50\n',
  'user-data-applied': userData,
  'ssh-settings': sshd,
  'authorized-keys':
    'key: given root\nkey: given debian\nkey: given aperiodic-extra\nhost key: 600 root /etc/ssh/ssh_host_ed25519_key\n',
  'listening-ports': sockets,
  'trust-store': 'loaded=148\nverified=/etc/ssl/certs/ACCVRAIZ1.pem: OK\n',
  'system-logging': 'a line for the log\n',
  'service-manipulation':
    'enabled=enabled\nstarted=active\nrestarted=active\nstopped=inactive\nmasked=masked\nstarted_masked=inactive\n',
  'service-manipulation-again': 'enabled=enabled\nstate=active\nmasked=masked\nmasked_state=inactive\n',
  'package-lifecycle': packageSteps,
  'second-kernel':
    'code=0\nsecond=7.1.0-56-cloud-amd64\ninitrd=made\nsize=15313307\nfirst_entry=/boot/vmlinuz-7.1.0-56-cloud-amd64\n',
  'second-kernel-boots': 'second=7.1.0-56-cloud-amd64\nimage=/boot/vmlinuz-7.1.0-56-cloud-amd64\n',
  'second-kernel-removed':
    'code=0\nleft=\nentries=0\nkernel=6.1.0-56-cloud-amd64\nfirst_entry=/boot/vmlinuz-6.1.0-56-cloud-amd64\naudit=\n',
  'user-data-once': '1\n',
  'clean-shutdown': shutdown,
} as const;
