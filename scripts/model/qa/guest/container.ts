/** What a user of a container image expects besides what every image has. */
import { type GuestCheck, judgeFindings, readFields } from '../check.ts';

const inContainer = { guests: ['container'], phase: 'after-boot', seconds: 60 } satisfies Partial<GuestCheck>;

export const containerLocale: GuestCheck = {
  id: 'container-locale',
  title: 'The locale is that of the kickstart',
  purpose:
    'Programs that find no locale, or one without its data, print warnings and take names of files apart.',
  expectation: 'LANG is what `lang` says, the locale is there, and locale(1) and perl have no complaint.',
  ...inContainer,
  script: () => `echo "lang=\${LANG-}"
echo "complaints=$(locale 2>&1 >/dev/null | tr '\\n' ' ')$(perl -e 1 2>&1 | tr '\\n' ' ')"
echo "charset=$(locale charmap 2>/dev/null)"`,
  judge({ stdout }, { spec }) {
    const fields = readFields(stdout);
    const of = (name: string) => fields.get(name) ?? 'nothing';
    return judgeFindings(
      [
        ...(of('lang') === spec.lang ? [] : [`LANG is ${of('lang')}, not ${spec.lang}`]),
        ...(of('complaints') === '' ? [] : [of('complaints')]),
        ...(of('charset') === 'UTF-8' ? [] : [`the character set is ${of('charset')}`]),
      ],
      `${of('lang')}, ${of('charset')}`,
    );
  },
};

export const containerSources: GuestCheck = {
  id: 'container-sources',
  title: 'The package manager answers, and knows where packages come from',
  purpose: 'A container without package sources cannot be built upon, nor updated.',
  expectation:
    'apt finds nothing broken, its settings are valid, and it would ask at least one source whose keys are in the image.',
  measures: { sources: 'suites that apt would ask' },
  payload: 'deb',
  ...inContainer,
  script: () => `echo "check=$(apt-get -qq check 2>&1 | tr '\\n' ' ')"
echo "sources=$(apt-get --print-uris update 2>/dev/null | grep -c "^'.*InRelease'")"
echo "unsigned=$(sed -n 's/^Signed-By: *\\//\\//p' /etc/apt/sources.list.d/*.sources | sort -u | while read -r key; do [ -s "$key" ] || echo "$key"; done | tr '\\n' ' ')"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const of = (name: string) => fields.get(name) ?? 'nothing';
    const sources = Number(of('sources'));
    return judgeFindings(
      [
        ...(of('check') === '' ? [] : [`apt-get check: ${of('check')}`]),
        ...(sources > 0 ? [] : ['there is no package source']),
        ...(of('unsigned') === '' ? [] : [`keys that are not there: ${of('unsigned')}`]),
      ],
      `${sources} sources`,
      { sources },
    );
  },
};
