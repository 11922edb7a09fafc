/**
 * Packages come and go. Fedora: QA:Testcase_base_package_install_remove, QA:Testcase_base_update_cli and Basic Release
 * Criteria, "Installing, removing and updating software". Needs no network: the guest makes two versions of a package
 * and a flat repository of them (sources.list(5), "trusted"; deb822 stanzas as in Debian's "Repository Format").
 */
import { type GuestCheck, judgeFindings, mainFirmware, readFields } from '../check.ts';

const name = 'aperiodic-qa-package';
const content = `/usr/share/${name}/version`;
const settings = `/etc/${name}.conf`;

/** States of dpkg-query(1), db:Status-Abbrev: installed, configuration left, nothing known. */
const wanted: Readonly<Record<string, string>> = {
  installed: '1.0',
  installed_state: 'ii',
  updated: '2.0',
  updated_state: 'ii',
  kept_settings: 'changed by the user',
  removed: '',
  removed_state: 'rc',
  purged_state: '',
  purged_settings: '',
  audit: '',
};

export const packageLifecycle: GuestCheck = {
  id: 'package-lifecycle',
  title: 'Packages are installed, updated and removed',
  purpose:
    'What cannot be updated stays vulnerable (Fedora: QA:Testcase_base_package_install_remove, QA:Testcase_base_update_cli).',
  expectation:
    'From a repository in the guest apt installs a package, updates it, keeping settings that were changed, and removes it; dpkg purges it, and its audit finds nothing.',
  guests: [...mainFirmware, 'container'],
  phase: 'after-boot',
  payload: 'deb',
  seconds: 240,
  script: () => `exec 2>&1
folder=$(mktemp -d /var/tmp/${name}.XXXXXX); chmod 755 "$folder"; cd "$folder" || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir -p repository lists/partial
for version in 1.0 2.0; do
  mkdir -p "$version/DEBIAN" "$version/usr/share/${name}" "$version/etc"
  echo "$version" > "$version${content}"
  echo default > "$version${settings}"
  echo ${settings} > "$version/DEBIAN/conffiles"
  printf '%s\\n' 'Package: ${name}' "Version: $version" 'Architecture: all' \\
    'Maintainer: Aperiodic QA <qa@localhost>' 'Description: test of the package manager' > "$version/DEBIAN/control"
  file=repository/$version.deb
  dpkg-deb -Znone --root-owner-group --build "$version" "$file" >/dev/null
  { cat "$version/DEBIAN/control"; printf 'Filename: ./%s.deb\\nSize: %s\\nSHA256: %s\\n\\n' "$version" \\
    "$(stat -c %s "$file")" "$(sha256sum < "$file" | cut -d ' ' -f 1)"; } >> repository/Packages
done
echo "deb [trusted=yes] file:$folder/repository ./" > sources.list
get() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o "Dir::Etc::SourceList=$folder/sources.list" \\
    -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$folder/lists" -o Acquire::Languages=none \\
    -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" </dev/null || echo "failed: apt-get $*"
}
state() { dpkg-query -W -f='\${db:Status-Abbrev}' ${name} 2>/dev/null; }
get update
get install ${name}=1.0
echo "installed=$(cat ${content})"; echo "installed_state=$(state)"
echo 'changed by the user' > ${settings}
get upgrade
echo "updated=$(cat ${content})"; echo "updated_state=$(state)"; echo "kept_settings=$(cat ${settings})"
get remove ${name}
echo "removed=$(ls ${content} 2>/dev/null)"; echo "removed_state=$(state)"
dpkg --purge ${name} >/dev/null || echo "failed: dpkg --purge"
echo "purged_state=$(state | tr -d u)"; echo "purged_settings=$(ls ${settings} 2>/dev/null)"
echo "audit=$(dpkg --audit | tr '\\n' ' ')"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const wrong = Object.entries(wanted).filter(([field, value]) => fields.get(field) !== value);
    const failures = stdout.split('\n').filter((line) => /^(failed|E): /.test(line));
    return judgeFindings(
      [
        ...wrong.map(
          ([field, value]) =>
            `${field.replaceAll('_', ' ')}: '${fields.get(field) ?? 'nothing'}', not '${value}'`,
        ),
        ...failures,
      ],
      'installed 1.0, updated to 2.0, removed, purged',
    );
  },
};
