/** What must be the same when an instance is replaced by one of the new release: judged, and never accepted by a line. */
import { failed, judgeFindings, passed, type Verdict } from '../qa/check.ts';
import type { Facts } from './facts.ts';
import { hostname, serviceName, volumeFolder } from './user-data.ts';

export interface Guests {
  previous: Facts;
  now: Facts;
  /** What `id` printed to the default user of the release before, who logged in to the new guest. */
  login: string;
}

export interface ReplacementCheck {
  /** Lower-case words joined by dashes; never used for anything else once released. */
  id: string;
  title: string;
  purpose: string;
  expectation: string;
  judge(guests: Guests): Verdict;
}

/** What the stage finds out itself: everything else needs a guest that somebody can log in to. */
export const replacementBoots: Omit<ReplacementCheck, 'judge'> = {
  id: 'replacement-boots',
  title: 'The replacement boots',
  purpose: 'The user data and volumes of users must not keep the new image from starting.',
  expectation:
    'The new image starts with the user data and the volume of the old one, and the same key lets in.',
};

const sameLogin: ReplacementCheck = {
  id: 'replacement-login',
  title: 'The same user logs in with the same key',
  purpose: 'Scripts and people know the user by name, and files on volumes know it by number.',
  expectation:
    'The default user of the release before logs in to the new one with the same key, and has the same user ID, group ID, home folder and shell.',
  judge({ previous, now, login }) {
    if (now.login !== previous.login)
      return failed(`${now.login === '' ? 'no user has the key' : now.login}, was ${previous.login}`);
    const name = previous.login.split(':', 1).join();
    return login.includes(`(${name})`) ? passed(now.login) : failed(`${name} cannot log in: ${login}`);
  },
};

const sameHostname: ReplacementCheck = {
  id: 'replacement-hostname',
  title: 'The host name is the same',
  purpose: 'Logs and clusters know an instance by its name.',
  expectation: 'The host name is the one that the instance was given, as it was before.',
  judge({ previous, now }) {
    const seen = `${now.hostname}, was ${previous.hostname}`;
    return now.hostname === hostname || now.hostname === previous.hostname ? passed(seen) : failed(seen);
  },
};

const dataIntact: ReplacementCheck = {
  id: 'replacement-data',
  title: 'The data is intact',
  purpose: 'A volume is what outlives an instance.',
  expectation: `The volume is mounted on ${volumeFolder}, and its files have the content, owner and mode that they had.`,
  judge({ previous, now }) {
    if (now.volume === '') return failed(`nothing is mounted on ${volumeFolder}`);
    const has = new Set(now.data);
    const had = new Set(previous.data);
    return judgeFindings(
      [
        ...previous.data.filter((line) => !has.has(line)).map((line) => `lost: ${line}`),
        ...now.data.filter((line) => !had.has(line)).map((line) => `found: ${line}`),
      ],
      `${now.data.length} files on ${now.volume}`,
    );
  },
};

const sameServices: ReplacementCheck = {
  id: 'replacement-service',
  title: 'The service of the user data runs',
  purpose: 'Instances are replaced so that what runs on them goes on.',
  expectation: `${serviceName}, which the user data writes and enables, is active and enabled as before, and goes on with its state on the volume.`,
  judge({ previous, now }) {
    const findings: string[] = [];
    if (now.service !== previous.service)
      findings.push(`${serviceName} is '${now.service}', was '${previous.service}'`);
    const expected = [...previous.starts, now.bootId];
    if (now.starts.join() !== expected.join())
      findings.push(`it wrote ${now.starts.length} starts to the volume, not ${expected.length}`);
    return judgeFindings(findings, `${now.service}, ${now.starts.length} starts`);
  },
};

export const replacementChecks: readonly ReplacementCheck[] = [
  sameLogin,
  sameHostname,
  dataIntact,
  sameServices,
];
