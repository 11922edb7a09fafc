"""Writes spec files that wrap a configured root as packages: setup, base, kernel, openssh, cloud-init and a group of all.

Arguments: ROOT (as seen here, owners right), FOLDER for the specs, KERNEL release. Prints the spec files, one a line. Whose a file is
follows from the lists of dpkg; what no list names is of base.
"""
import glob
import os
import sys

root, out, kernel = sys.argv[1:4]
LEFT_OUT = ("/var/lib/dpkg/", "/var/lib/apt/", "/var/cache/", "/boot/initrd.img", "/dev/", "/proc/", "/sys/", "/run/", "/tmp/",
            # Of machines and their tools, not of a package.
            "/vmlinuz", "/initrd.img")
SETUP = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow")
PARTS = {
    "fx-kernel": (["linux-image-" + kernel, "linux-image-cloud-amd64"], ["Requires: fx-base", "Provides: kernel = 6.1"]),
    "fx-openssh": (["openssh-server", "openssh-sftp-server", "openssh-client"], ["Requires: fx-base", "Provides: openssh-server = 1"]),
    "fx-cloud-init": (["cloud-init", "cloud-guest-utils"], ["Requires: fx-base", "Provides: cloud-init = 1"]),
}
HEADS = {"fx-setup": [], "fx-base": ["Requires(pre): fx-setup", "Requires: fx-setup", "Provides: /bin/sh", "Provides: systemd = 1"]}


def lists(names):
    found = set()
    for name in names:
        for file in glob.glob(f"{root}/var/lib/dpkg/info/{name}.list") + glob.glob(f"{root}/var/lib/dpkg/info/{name}:*.list"):
            for line in open(file).read().split("\n"):
                folder, base = os.path.split(line.strip())
                real = os.path.realpath(root + folder)
                found.add(os.path.join(real[len(root):] if real.startswith(root) else folder, base))
    return found


owner = {}
for part, (names, _) in PARTS.items():
    for file in lists(names):
        full = root + file
        if os.path.islink(full) or os.path.isfile(full):
            owner[file] = part

entries = {name: [] for name in [*HEADS, *PARTS]}
for folder, folders, files in os.walk(root):
    shown = folder[len(root):]
    for name in sorted(folders) + sorted(files):
        file = f"{shown}/{name}"
        full = root + file
        if any(file.startswith(left) for left in LEFT_OUT):
            continue
        plain = os.path.isdir(full) and not os.path.islink(full)
        part = "fx-setup" if file in SETUP or file == "/etc" else owner.get(file, "fx-base")
        if file.startswith("/usr/lib/modules/") and part == "fx-base":
            part = "fx-kernel"
        quoted = '"' + file.replace("%", "%%") + '"'
        kept = file.startswith(("/etc/", "/var/")) or name.startswith("modules.")
        mark = "%dir " if plain else "%config(noreplace) " if kept and not os.path.islink(full) else ""
        entries[part].append(mark + quoted)

for name, lines in entries.items():
    heads = HEADS.get(name) or PARTS.get(name, ([], []))[1]
    listed = f"{out}/{name}.files"
    with open(listed, "w") as file:
        file.write("\n".join(lines) + "\n")
    post = f"%post\ndepmod -a {kernel}\n" if name == "fx-kernel" else ""
    spec = f"{out}/{name}.spec"
    with open(spec, "w") as file:
        file.write("\n".join([f"Name: {name}", "Version: 1.0", "Release: 1", "Summary: fixture of a test", "License: various",
                              "AutoReqProv: no", *heads, "%description\nfixture of a test",
                              f"%install\nrm -rf %{{buildroot}}; cp -al {root} %{{buildroot}}", post + f"%files -f {listed}", ""]))
    print(spec)
