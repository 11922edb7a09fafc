import { fail, input, output, setting } from './inputs.mjs';

for (const name of ['app-id', 'private-key']) if (input(name) === '') fail(`${name} is not given`);
if (input('permission-contents') !== 'write') fail('the token would have all rights of the App');
console.log(`::add-mask::${setting('TEST_TOKEN')}`);
output('token', setting('TEST_TOKEN'));
