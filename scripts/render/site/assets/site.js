/** Makes pages handier. Nothing on them depends on it: without it there are no buttons to copy, no filters and no form. */

/** Says what happened to who cannot see it. */
const status = document.createElement('p');
status.className = 'unseen';
status.setAttribute('role', 'status');
document.body.append(status);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Buttons beside values and commands. */
function addCopyButton(holder) {
  const label = holder.dataset.copy;
  const button = make('button', 'copy', 'Copy');
  button.type = 'button';
  button.setAttribute('aria-label', `Copy ${label}`);
  button.addEventListener('click', async () => {
    const code = holder.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      status.textContent = `${label}: copied`;
    } catch {
      // Not every browser allows it everywhere: then it is selected, to be copied by hand.
      getSelection().selectAllChildren(code);
      status.textContent = `${label}: selected`;
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  holder.append(button);
}

/** A field above a long table that leaves only rows with all the words. Escape clears it; / goes to the first one. */
function addFilter(table, index) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 4) return;
  const box = make('div', 'filter');
  const label = make('label', '', table.dataset.filter);
  const input = make('input');
  const count = make('output');
  input.type = 'search';
  input.id = `filter-${index}`;
  label.htmlFor = input.id;
  count.htmlFor = input.id;
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    count.textContent = input.value === '' ? '' : `${shown} of ${rows.length}`;
    showSnippets(rows.filter((row) => !row.hidden));
  };
  input.addEventListener('input', apply);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || input.value === '') return;
    event.preventDefault();
    input.value = '';
    apply();
  });
  box.append(label, input, count);
  table.closest('.scroll').before(box);
}

/** Commands speak of the one region that a filter has left, and of what its first AMI runs on. */
function showSnippets(rows) {
  const holder = document.querySelector('[data-snippets]');
  const regions = new Set(rows.map((row) => row.querySelector('.region')?.textContent));
  const [row] = rows;
  if (holder === null || regions.size !== 1 || row?.querySelector('.value code') == null) return;
  const before = holder.dataset.snippets.split(' ');
  const place = row.querySelector('.region');
  const now = [place.textContent, row.querySelector('.value code').textContent, place.dataset.type];
  for (const code of holder.querySelectorAll('code'))
    for (const [index, word] of before.entries())
      code.textContent = code.textContent.replaceAll(word, now[index]);
  holder.dataset.snippets = now.join(' ');
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, select, textarea');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const input = document.querySelector('.filter input');
  if (input === null) return;
  event.preventDefault();
  input.focus();
});

/** The form on the home page: each choice leaves what fits the ones before it. */
async function startFinder(form) {
  const answer = document.getElementById('finder-answer');
  const response = await fetch(form.dataset.source);
  if (!response.ok) return;
  const { places, streams } = await response.json();
  if (streams.length === 0) return;
  const { distribution, image, architecture, place } = form.elements;

  const fill = (select, choices) => {
    const kept = select.value;
    select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
    select.value = choices.some(([value]) => value === kept) ? kept : choices[0][0];
  };
  const same = (list) => [...new Set(list)].map((value) => [value, value]);
  const regionText = (region) => {
    const name = places.find((one) => one.region === region)?.name;
    return name === undefined ? region : `${region}, ${name}`;
  };

  const update = () => {
    fill(distribution, same(streams.map((stream) => stream.distribution)));
    const ofDistribution = streams.filter((stream) => stream.distribution === distribution.value);
    fill(image, same(ofDistribution.map((stream) => stream.image)));
    const stream = ofDistribution.find((one) => one.image === image.value);
    fill(architecture, same(stream.architectures.map(({ name }) => name)));
    const part = stream.architectures.find(({ name }) => name === architecture.value);
    fill(place, [
      ['download', 'Download'],
      ...(stream.pulls.length === 0 ? [] : [['pull', 'Container pull']]),
      ...part.amis.map(({ region }) => [region, `EC2 ${regionText(region)}`]),
    ]);
    answer.replaceChildren(...describe(stream, part, place.value));
    for (const holder of answer.querySelectorAll('[data-copy]')) addCopyButton(holder);
  };

  const describe = (stream, part, where) => {
    const ami = part.amis.find(({ region }) => region === where);
    const lines =
      ami !== undefined
        ? amiLines(ami, part.type)
        : where === 'pull'
          ? stream.pulls.map((command) => valueLine('Command that pulls', command, 'command'))
          : part.files.map(fileLine);
    const more = make('p', 'answer-line small');
    const page = make('a', '', `Everything about ${stream.version}`);
    page.href = stream.permanent;
    const next = make('a', '', ami === undefined ? 'Verify command' : 'Terraform, cloud-init and more');
    next.href = `${stream.page}#${ami === undefined ? `verify-${part.name}` : 'snippets'}`;
    more.append(next, page);
    return [...lines, more];
  };

  const valueLine = (label, text, className) => {
    const line = make('p', 'answer-line');
    const value = make('span', `value ${className}`);
    value.dataset.copy = label;
    value.append(make('code', '', text));
    line.append(value);
    return line;
  };

  const amiLines = ({ region, ami, console: address }, type) => {
    const line = valueLine(`AMI of ${region}`, ami, 'large');
    const launch = make('a', 'button', 'Launch in the console');
    launch.href = address;
    line.append(launch);
    const command = `aws ec2 run-instances --region ${region} --image-id ${ami} --instance-type ${type} --key-name YOUR_KEY`;
    return [line, valueLine(`AWS CLI of ${region}`, command, 'command')];
  };

  const fileLine = ({ name, format, size, sha256, address }) => {
    const line = make('p', 'answer-line');
    const title =
      address === undefined ? make('code', 'long', name) : make('a', 'button', `Download ${format}`);
    if (address !== undefined) title.href = address;
    line.append(title, make('span', 'small', `${Math.round(size / 1024 ** 2)} MiB`));
    if (address !== undefined) line.append(make('code', 'long small', name));
    const digest = make('span', 'value digest');
    digest.dataset.copy = `SHA-256 of ${name}`;
    digest.append(make('span', 'small', 'SHA-256 '), make('code', 'long small', sha256));
    line.append(digest);
    return line;
  };

  form.addEventListener('change', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  update();
  form.hidden = false;
}

for (const holder of document.querySelectorAll('[data-copy]')) addCopyButton(holder);
for (const [index, table] of [...document.querySelectorAll('table[data-filter]')].entries())
  addFilter(table, index);
const finder = document.getElementById('finder');
// Where data cannot be read, such as in a page that was opened from a disk, the form stays away.
if (finder !== null) startFinder(finder).catch(() => undefined);
