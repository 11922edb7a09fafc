/** Files that bad-input.test.ts puts into a repository. */
import { miniKickstart, renderMiniKickstart, renderMiniStream } from '../support/mini-stream.ts';

const stream = (more = '', kickstart = miniKickstart) => renderMiniStream(kickstart) + more;
const outside = 'etc/x';

/** Streams that are wrong, each in one way: what is said of it, by file and line. */
export const wrong: {
  id: string;
  files: Record<string, string>;
  links?: Record<string, string>;
  error: { code: string; file: string; line?: number; message: RegExp };
}[] = [
  {
    id: 'bad/tab',
    files: { 'releases/bad/tab/stream.yaml': stream().replace('  usedMiB', '\tusedMiB') },
    error: { code: 'invalid', file: 'releases/bad/tab/stream.yaml', line: 10, message: /tab/i },
  },
  {
    id: 'bad/key',
    files: { 'releases/bad/key/stream.yaml': stream('flavour: vanilla\n') },
    error: { code: 'invalid', file: 'releases/bad/key/stream.yaml', line: 11, message: /flavour/ },
  },
  {
    id: 'bad/number',
    files: { 'releases/bad/number/stream.yaml': stream().replace('Debian-Mini-12', '9.10') },
    error: { code: 'invalid', file: 'releases/bad/number/stream.yaml', line: 1, message: /string|quote/i },
  },
  {
    id: 'bad/bomb',
    files: {
      'releases/bad/bomb/stream.yaml': `a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n`,
    },
    error: { code: 'invalid', file: 'releases/bad/bomb/stream.yaml', line: 1, message: /anchor|alias/i },
  },
  {
    id: 'bad/leaving',
    files: { 'releases/bad/leaving/stream.yaml': stream('', '../../etc/x.ks') },
    error: { code: 'invalid', file: 'releases/bad/leaving/stream.yaml', line: 4, message: /kickstart/ },
  },
  {
    id: 'bad/linked',
    files: {},
    links: { 'releases/bad/linked/stream.yaml': '../../debian-12/mini/stream.yaml' },
    error: { code: 'invalid', file: 'releases/bad/linked/stream.yaml', message: /symbolic link/ },
  },
  {
    id: 'bad/linked-kickstart',
    files: { 'releases/bad/linked-kickstart/stream.yaml': stream('', 'kickstarts/linked.ks') },
    links: { 'kickstarts/linked.ks': outside },
    error: { code: 'invalid', file: 'kickstarts/linked.ks', message: /symbolic link/ },
  },
  {
    id: 'bad/linked-include',
    files: {
      'releases/bad/linked-include/stream.yaml': stream('', 'kickstarts/linking.ks'),
      'kickstarts/linking.ks': '%include linked-part.ks\n',
    },
    links: { 'kickstarts/linked-part.ks': '/etc/hostname' },
    error: { code: 'invalid', file: 'kickstarts/linked-part.ks', message: /symbolic link/ },
  },
  {
    id: 'bad/missing-include',
    files: {
      'releases/bad/missing-include/stream.yaml': stream('', 'kickstarts/missing.ks'),
      'kickstarts/missing.ks': '# one\n\n%include include/nothing.ks\n',
    },
    error: { code: 'not-found', file: 'kickstarts/missing.ks', line: 3, message: /include\/nothing\.ks/ },
  },
  {
    id: 'bad/leaving-include',
    files: {
      'releases/bad/leaving-include/stream.yaml': stream('', 'kickstarts/leaving.ks'),
      'kickstarts/leaving.ks': '\n%include ../../../../etc/hostname\n',
    },
    error: { code: 'invalid', file: 'kickstarts/leaving.ks', line: 2, message: /leaves the repository/ },
  },
  {
    id: 'bad/circle',
    files: {
      'releases/bad/circle/stream.yaml': stream('', 'kickstarts/circle.ks'),
      'kickstarts/circle.ks': 'rootpw --lock\n%include circle.ks\n',
    },
    error: { code: 'invalid', file: 'kickstarts/circle.ks', line: 2, message: /circle/ },
  },
  {
    id: 'bad/command',
    files: {
      'releases/bad/command/stream.yaml': stream('', 'kickstarts/command.ks'),
      'kickstarts/command.ks': `${renderMiniKickstart()}raid / --device=md0 --level=1 raid.01 raid.02\n`,
    },
    error: { code: 'unsupported', file: 'kickstarts/command.ks', line: 12, message: /raid/ },
  },
  {
    id: 'bad/nochroot',
    files: {
      'releases/bad/nochroot/stream.yaml': stream('', 'kickstarts/nochroot.ks'),
      'kickstarts/nochroot.ks': renderMiniKickstart('%post --nochroot\ntouch /x\n%end\n'),
    },
    error: { code: 'unsupported', file: 'kickstarts/nochroot.ks', line: 12, message: /nochroot/ },
  },
];
