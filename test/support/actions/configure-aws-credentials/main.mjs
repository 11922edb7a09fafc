import { input, setting, setVariable } from './inputs.mjs';

const keys = JSON.parse(setting('TEST_AWS_KEYS'))[input('role-to-assume')];
for (const [name, value] of Object.entries(keys)) {
  console.log(`::add-mask::${value}`);
  setVariable(name, value);
}
setVariable('AWS_REGION', input('aws-region'));
