/**
 * After a release: a pull request that changes one pin is built, booted and previewed by the real workflows, and
 * merged. How it goes on is in test/full: by hand (release-by-hand.test.ts), and by the workflows (act-release.test.ts).
 */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { messages, otherStreams } from '../support/act.ts';
import { runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { assertJobs, type GithubWorld, startGithubWorld } from '../support/github-world.ts';
import { type OtherPin, pinOlder } from '../support/other-pin.ts';
import { releaseByHand } from './release-by-hand.ts';

const stream = 'debian-12/cloud-base';
const pinsFile = `releases/${stream}/pins.amd64.yaml`;

/**
 * @param demo folder of a demo that has released the stream, once its tests have begun
 * @param byHand also make the release, which takes another build, three boots of it and three of what it is compared with
 */
export function describeUpdate(demo: () => string, { byHand = false } = {}): void {
  describe('an update by pull request', () => {
    let world: GithubWorld;
    let pin: OtherPin;
    let raw = '';
    let merge = '';

    // What the first test starts, the second one still needs.
    const endings: (() => unknown)[] = [];
    after(async () => {
      for (const end of endings) await end();
    });

    it('is built and booted without any right, and previewed in one comment', async () => {
      const origin = path.join(demo(), 'origin.git');
      const folder = path.join(demo(), '../update');
      await mkdir(folder);
      const files = await readReleases(origin);
      pin = await pinOlder(files[pinsFile] ?? '', folder);
      world = await startGithubWorld({ after: (end) => endings.push(end) }, folder, files);
      const { github, act } = world;
      const pull = await world.open('time-zones', { [pinsFile]: pin.text }, 'Take back time zones');

      const env = { APERIODIC_STORE: path.join(demo(), 'store') };
      const previewed = await world.preview(pull, { env });
      assertJobs(previewed, { changes: 'success', build: 'success', preview: 'success' });
      assert.deepEqual(github.writes, [], 'a pull request has no right');
      const values = path.join(act.artifacts, 'values.debian-12.cloud-base.amd64/values');
      const tested = assertValid(
        'Tested',
        JSON.parse(await readFile(path.join(values, 'tested.json'), 'utf8')),
      );
      assert.equal(tested.qa.boots, 3);
      raw = tested.built.raw.sha256;

      assertJobs(await world.post(pull), { post: 'success' });
      const [comment, ...more] = github.comments;
      assert.deepEqual(more, [], 'one comment');
      for (const said of [pin.name, pin.from, pin.to, raw])
        assert.ok(comment?.body.includes(said), `${said} is not in:\n${comment?.body}`);
      const [check, ...others] = github.checks;
      assert.deepEqual([check?.name, check?.conclusion], ['aperiodic preview', 'success']);
      assert.deepEqual(others, []);
    });

    it('is given a release file by the merge, and is then due', async () => {
      const [pull] = world.github.pulls;
      assert.ok(pull !== undefined);
      merge = await world.merge(pull);
      const released = await world.release('push', { job: 'plan' });
      assertJobs(released, { mint: 'success', plan: 'success' });
      const minted = await git(world.act.origin, 'diff-tree', '-r', '--name-only', merge, 'main');
      assert.match(minted, /^releases\/debian-12\/cloud-base\/\d{8}\.\d+\.yaml$/);
      assert.match(messages(released.output), /set-output:: any=true/);
      assert.match(messages(released.output), new RegExp(`"stream":"${stream}"`));
    });

    if (byHand) {
      it('is released by hand as the release process says, and nothing else is changed', async () => {
        const folder = path.join(demo(), '../by-hand');
        await mkdir(folder);
        const { origin } = world.act;
        const again = await releaseByHand(
          { after: (end) => endings.push(end) },
          { demo: demo(), origin, folder },
        );
        const changed = (await git(origin, 'diff-tree', '-r', '--name-only', merge, 'main')).split('\n');
        const file = changed.find((name) => name.endsWith('.published.yaml')) ?? '';
        assert.deepEqual(changed, [file, file.replace('.published', '')]);
        const record = parseYaml('PublishedRecord', await git(origin, 'show', `main:${file}`), file);
        assert.equal(record.images?.length, 7);
        assert.ok(record.images.every(({ state }) => state === 'public'));
        assert.equal(
          record.architectures[0]?.raw.sha256,
          raw,
          'what the pull request booted is what is public',
        );
        const mirrored = path.join(demo(), 'mirror', stream, record.version);
        const keyring = path.join(demo(), 'signing-key.pub.asc');
        const verified = await runCli(['verify', mirrored, '--keyring', keyring]);
        assert.equal(verified.code, 0, verified.stderr);

        const [earlier, later] = await again();
        assert.deepEqual(later, earlier, 'a second time there is nothing to do');
      });
    }
  });
}

/** What a repository releases, from main. */
async function readReleases(origin: string): Promise<Record<string, string>> {
  const listed = await git(origin, 'ls-tree', '-r', '--name-only', 'main', 'releases', 'kickstarts');
  const names = listed.split('\n').filter((name) => !otherStreams.test(name));
  const files = names.map(async (name) => [name, `${await git(origin, 'show', `main:${name}`)}\n`] as const);
  return Object.fromEntries(await Promise.all(files));
}
