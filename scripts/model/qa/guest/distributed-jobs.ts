/** What an image for large data must do: a job that is spread over workers, and outlives one of them. */
import { type GuestCheck, judgeFindings, mainFirmware, readFields } from '../check.ts';

/**
 * Counts words with a map and a reduction over tasks that say who did them, and sums a frame of pandas by key; both have
 * answers that are known. Then one worker is killed while tasks run, and the other one finishes them.
 */
const job = `import os, signal, time
import dask.dataframe as dd
import pandas as pd
from distributed import Client
client = Client("tcp://127.0.0.1:8786", timeout="60s")
client.wait_for_workers(2, timeout=120)
texts = [" ".join(["apple"] * n + ["pear"] * (n % 3)) for n in range(1, 41)]
def count(text):
    time.sleep(0.2)
    words = text.split()
    return words.count("apple"), words.count("pear"), os.getpid()
counts = client.gather(client.map(count, texts))
print("words=%d %d" % (sum(c[0] for c in counts), sum(c[1] for c in counts)))
workers = {c[2] for c in counts}
print("workers=%d" % len(workers))
frame = pd.DataFrame({"key": [n % 7 for n in range(10000)], "value": range(10000)})
sums = dd.from_pandas(frame, npartitions=8).groupby("key").value.sum().compute()
print("sums=%s" % (sums.sort_index().tolist() == frame.groupby("key").value.sum().sort_index().tolist()))
def slow(n):
    time.sleep(0.5)
    return n * n
tasks = client.map(slow, range(20))
time.sleep(1.5)
os.kill(min(workers), signal.SIGKILL)
print("survived=%d" % sum(client.gather(tasks)))`;

const wanted: Readonly<Record<string, string>> = {
  words: '820 40',
  workers: '2',
  sums: 'True',
  survived: '2470',
};

export const distributedJob: GuestCheck = {
  id: 'distributed-job',
  title: 'A job is spread over workers',
  purpose: 'It is what the image is for.',
  expectation:
    'The units of the image start a scheduler and two workers; they count words and sum a table to the known answers, both working; and when one is killed the other finishes the job.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 420,
  needs: 'distributed-jobs',
  script: () => `exec 2>&1
# Without a process that starts a killed one anew.
args='--host 127.0.0.1 --no-dashboard --no-nanny'
echo "DASK_WORKER_ARGS='$args'" >> /etc/default/dask
systemctl start dask-scheduler dask-worker
systemd-run --quiet --unit=aperiodic-qa-worker --uid=dask --working-directory=/var/lib/dask \\
  /usr/bin/dask-worker tcp://127.0.0.1:8786 $args
python3 - <<'PYTHON'
${job}
PYTHON
echo "exit=$?"
systemctl stop aperiodic-qa-worker dask-worker dask-scheduler
systemctl reset-failed`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const wrong = Object.entries(wanted)
      .filter(([field, value]) => fields.get(field) !== value)
      .map(([field, value]) => `${field}: '${fields.get(field) ?? 'nothing'}', not '${value}'`);
    const said = wrong.length === 0 ? [] : [stdout.trim().split('\n').slice(-5).join('\n')];
    return judgeFindings([...wrong, ...said], 'counted and summed by 2 workers, of which 1 was killed');
  },
};
