/** What the tests use of a library that ships no types. */
declare module '@secvisogram/csaf-validator-lib/basic.js';
declare module '@secvisogram/csaf-validator-lib/validate.js' {
  interface Message {
    message: string;
    instancePath: string;
  }
  interface Result {
    isValid: boolean;
    tests: { name: string; isValid: boolean; errors: Message[] }[];
  }
  const validate: (tests: readonly unknown[], document: object) => Promise<Result>;
  export default validate;
}
