// Lint: typed rules everywhere; in the pure rooms also the fences that the compiler cannot hold.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const impureGlobals = [
  'Date',
  'Promise',
  'Buffer',
  'WeakRef',
  'FinalizationRegistry',
  'Intl',
  'queueMicrotask',
  'setTimeout',
  'setInterval',
  'performance',
  'process',
  'console',
].map((name) => ({
  name,
  message: 'core, protocol and behaviors are pure: no clock, no I/O, no async.',
}));

// Math functions whose last bits may differ between engines, and hidden randomness.
const impureMath = ['random', 'exp', 'log', 'log2', 'log10', 'pow', 'sin', 'cos', 'tan'].map(
  (property) => ({
    object: 'Math',
    property,
    message: 'Not deterministic across engines: draw from Random, use integers.',
  }),
);

const impureSyntax = [
  { selector: ':function[async=true]', message: 'The pure rooms are synchronous.' },
  { selector: 'AwaitExpression', message: 'The pure rooms are synchronous.' },
  {
    selector: ':function[generator=true]',
    message: 'State belongs in fields, where it can be inspected and hashed.',
  },
  { selector: 'ForInStatement', message: 'Iterate arrays and Maps: their order is defined.' },
  {
    selector: 'UnaryExpression[operator="delete"]',
    message: 'Use a Map, or set the field to null.',
  },
];

export default tseslint.config(
  { ignores: ['dist', '.build', 'coverage', '**/*.cjs', 'node_modules'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off', // allowed on a bounds-checked index (noUncheckedIndexedAccess)
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'Buffer',
          property: 'allocUnsafeSlow',
          message: 'S-37: no uninitialised bytes; ask core for a pool that is always overwritten.',
        },
      ],
    },
  },
  {
    files: ['src/core/**', 'src/protocol/**', 'src/behaviors/**'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': ['error', ...impureMath],
      'no-restricted-syntax': ['error', ...impureSyntax],
    },
  },
  {
    files: ['test/**', 'bench/**', 'examples/**'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  { files: ['*.js'], ...tseslint.configs.disableTypeChecked },
);
