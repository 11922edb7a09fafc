/** AMIs of a release by region, and how they are launched. */
import { machineOf } from '../../model/catalog/architectures.ts';
import { compareText } from '../../model/order.ts';
import type { SiteSettings } from '../../model/site/part.ts';
import type { Architecture, PublishedRecord, RecordedImage } from '../../model/types.generated.ts';
import { codeBlock, codeValue, table } from './blocks.ts';
import { type Html, html } from './html.ts';
import { consoleLink, regionName } from './region-names.ts';

/** What anybody can launch, by region, then architecture. */
export function publicImages({ images = [] }: PublishedRecord): RecordedImage[] {
  return images
    .filter(({ state }) => state === 'public')
    .sort((a, b) => compareText(a.region, b.region) || compareText(a.architecture, b.architecture));
}

/** Undefined when there is none to launch. */
export function renderLaunch(record: PublishedRecord, site: SiteSettings): Html | undefined {
  const images = publicImages(record);
  const first = images.find(({ region }) => region === site.homeRegion) ?? images[0];
  if (first === undefined) return undefined;
  return html`<h3 id="amis">AMIs by region</h3>
${renderImages(`AMIs of ${record.stream} ${record.version}`, images)}
<h3 id="snippets">Launch</h3>
<div class="snippets" data-snippets="${first.region} ${first.ami} ${instanceType(first.architecture)}">
${snippets(first).map(
  ([name, text], index) =>
    html`<details class="snippet"${index === 0 && html` open`}><summary>${name}</summary>
${codeBlock(text, name)}</details>
`,
)}</div>
`;
}

/** Rows can be linked to: `#eu-west-1-amd64`. Each says what type of instance runs it, for commands that follow a filter. */
export function renderImages(caption: string, images: readonly RecordedImage[]): Html {
  return table(
    caption,
    [{ title: 'Region' }, { title: 'Architecture' }, { title: 'AMI' }, { title: 'Console' }],
    images.map(({ region, architecture, ami }) => [
      html`<span id="${region}-${architecture}" class="region" data-type="${instanceType(architecture)}">${region}</span>${place(region)}`,
      architecture,
      codeValue(ami, `AMI of ${region} for ${architecture}`),
      html`<a href="${consoleLink(region, ami)}">Launch<span class="unseen"> ${ami} in ${region}</span></a>`,
    ]),
    html` class="amis" data-filter="Filter by region, place or architecture"`,
  );
}

function place(region: string): Html | false {
  const name = regionName(region);
  return name !== undefined && html` <span class="place">${name}</span>`;
}

/** Instances of the type that new images are tested on, unless configured otherwise. */
export function instanceType(architecture: Architecture): string {
  return machineOf(architecture) === 'aarch64' ? 't4g.small' : 't3.small';
}

function snippets({ region, ami, architecture }: RecordedImage): [string, string][] {
  const type = instanceType(architecture);
  return [
    [
      'AWS CLI',
      `aws ec2 run-instances \\
  --region ${region} \\
  --image-id ${ami} \\
  --instance-type ${type} \\
  --key-name YOUR_KEY \\
  --user-data file://user-data.yaml`,
    ],
    [
      'Terraform',
      `provider "aws" {
  region = "${region}"
}

resource "aws_instance" "example" {
  ami           = "${ami}"
  instance_type = "${type}"
  key_name      = "YOUR_KEY"
  user_data     = file("user-data.yaml")
}`,
    ],
    [
      'cloud-init',
      `#cloud-config
# user-data.yaml: works on EC2 as on any other cloud
hostname: example
packages: [htop]
write_files:
  - path: /etc/motd
    content: |
      Made from ${ami}
runcmd:
  - [systemctl, --no-pager, status]`,
    ],
  ];
}
