/** Files of rpms are as their packages have them (rpm(8), --verify). */
import { type GuestCheck, judgeFindings, mainFirmware } from '../check.ts';

/** What differs, the mark of the file, its path. Marks: configuration, documentation, ghost, licence, readme. */
const difference = /^(?:[A-Z0-9.?]{8,}|missing)\s+(?:([cdglr])\s+)?(\/.*?)(?: \(.*\))?$/;

export const packageFiles: GuestCheck = {
  id: 'package-files',
  title: 'The files are those of the packages',
  purpose: 'What is signed is the package: a file that differs was made by somebody else.',
  expectation:
    'rpm finds no file that differs from its package but configuration, and no dependency that is not met; times are not looked at.',
  measures: { configuration: 'configuration files that differ' },
  guests: [...mainFirmware, 'container'],
  phase: 'after-boot',
  payload: 'rpm',
  seconds: 300,
  script: () => 'rpm --verify --all --nomtime --noscripts 2>&1',
  judge({ stdout }) {
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    const marked = lines.filter((line) => difference.exec(line)?.[1] !== undefined);
    return judgeFindings(
      lines.filter((line) => !marked.includes(line)),
      `${marked.length} configuration files differ`,
      { configuration: marked.length },
    );
  },
};
