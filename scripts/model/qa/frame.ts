/**
 * Many scripts in one ssh session: composes them to one bash script and takes its output apart again.
 *
 * Each fragment runs in a bash of its own, without standard input, under its own time limit, its output going to
 * files. What comes back is one line a fragment, which begins with a token that the fragment does not know and
 * carries the output in base64: nothing that a fragment or the login prints can be taken for a frame.
 */

export interface Fragment {
  id: string;
  script: string;
  /** Time limit. */
  seconds: number;
}

export interface Frame {
  id: string;
  exitCode: number;
  stdout: string;
  stderr: string;
  /** By the guest's clock; 0 when that clock was set back meanwhile. */
  seconds: number;
}

/** Most bytes that are kept of each output stream of a fragment. */
export const maxFragmentBytes = 256 * 1024;

/** Exit codes by which timeout(1) says that the time was up. */
const timeUp = [124, 137];

/** Whether a frame says that its fragment was stopped by its time limit. */
export function ranOutOfTime(exitCode: number): boolean {
  return timeUp.includes(exitCode);
}

/**
 * @param token letters and digits, not guessable: it ends each fragment's text
 * @throws RangeError when an id or the token could break the frame
 */
export function composeScript(fragments: readonly Fragment[], token: string): string {
  if (!/^[A-Za-z0-9]{16,64}$/.test(token))
    throw new RangeError('the token must be 16 to 64 letters and digits');
  const parts = fragments.map((fragment) => composeFragment(fragment, token));
  return `${prologue(token)}${parts.join('')}`;
}

function prologue(token: string): string {
  return `set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf -- "$folder"' EXIT
answer() {
  local code=$? began=$2 ended=\${EPOCHREALTIME//[.,]/}
  printf '\\n%s %s %s %s %s %s\\n' ${token} "$1" "$code" "$(( (ended - began) / 1000 ))" \\
    "$(head -c ${maxFragmentBytes} "$folder/out" | base64 -w 0)." "$(head -c ${maxFragmentBytes} "$folder/err" | base64 -w 0)."
}
`;
}

function composeFragment({ id, script, seconds }: Fragment, token: string): string {
  if (!/^[a-z0-9-]+$/.test(id)) throw new RangeError(`'${id}' is not the id of a check`);
  if (script.includes(token)) throw new RangeError(`the script of ${id} holds the token`);
  if (script.includes('\0')) throw new RangeError(`the script of ${id} holds a NUL byte`);
  return `IFS= read -r -d '' text <<'${token}'
${script}
${token}
began=\${EPOCHREALTIME//[.,]/}
timeout -k 5 ${Math.ceil(seconds)} bash -c "$text" </dev/null >"$folder/out" 2>"$folder/err"
answer ${id} "$began"
`;
}

/** The frame on a line of the session's output, if there is one. */
export function parseFrame(line: string, token: string): Frame | undefined {
  const [mark, id, code, milliseconds, stdout, stderr, ...rest] = line.trimEnd().split(' ');
  if (mark !== token || id === undefined || rest.length > 0) return undefined;
  const exitCode = wholeNumber(code);
  const duration = wholeNumber(milliseconds);
  if (exitCode === undefined || duration === undefined) return undefined;
  const out = decode(stdout);
  const err = decode(stderr);
  if (out === undefined || err === undefined) return undefined;
  return { id, exitCode, stdout: out, stderr: err, seconds: Math.max(0, duration) / 1000 };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A dot ends the text, so that a line that was cut short is noticed. */
function decode(text: string | undefined): string | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]*={0,2}\.$/.test(text)) return undefined;
  return Buffer.from(text.slice(0, -1), 'base64').toString('utf8');
}
