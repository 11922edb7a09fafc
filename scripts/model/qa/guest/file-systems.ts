/** What fstab(5) names is in use. */
import { everyGuest, failed, type GuestCheck, judgeFindings } from '../check.ts';

/** A line each: where, file system, the device that is meant, and the one that is in use. */
const script = `grep -v '^[[:space:]]*\\(#\\|$\\)' /etc/fstab | while read -r source target type options _; do
  case ",$options," in *,noauto,*) continue ;; esac
  wanted=$(findfs "$source" 2>/dev/null || echo "$source")
  if [ "$type" = swap ]; then seen=$(swapon --noheadings --raw --show=NAME | grep -Fx "$wanted")
  else ls "$target" >/dev/null; seen=$(findmnt -nvro SOURCE --mountpoint "$target" | tail -n 1); fi
  echo "$target $type $wanted $seen"
done`;

export const fstabInUse: GuestCheck = {
  id: 'fstab-in-use',
  title: 'All of fstab is in use',
  purpose:
    'A file system that is not mounted, or swap that is not used, may go unnoticed until it is needed.',
  expectation:
    'Each line of /etc/fstab without `noauto` is mounted where it says, from the device that it says, or in use as swap; the root is among them.',
  guests: everyGuest,
  phase: 'after-boot',
  seconds: 30,
  script: () => script,
  judge({ stdout }) {
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    if (!entries.some(([target]) => target === '/')) return failed(stdout.trim() || 'fstab is empty');
    const findings = entries.flatMap(([target, type, wanted, seen]) => {
      if (wanted === seen) return [];
      const what = type === 'swap' ? 'swap' : `${target}`;
      return [
        `${what}: ${wanted} is meant, ${seen === undefined || seen === '' ? 'nothing' : seen} is in use`,
      ];
    });
    return judgeFindings(findings, stdout.trim());
  },
};
