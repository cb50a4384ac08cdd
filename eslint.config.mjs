import jupyter from '@jupyter/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['lib/', 'jupyter_awareness/', 'node_modules/', '.venv*/'] },
  {
    files: ['labextension/src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname }
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // `interface` members and callbacks in JupyterLab are often typed wider than they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // There are no enums here, and to look for them takes more time than all else.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Lumino binds: `signal.connect(this._method, this)`.
      '@typescript-eslint/unbound-method': 'off',
      curly: 'error',
      eqeqeq: 'error',
      'no-console': 'error'
    }
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['labextension/src/**/*.{ts,tsx}'],
    rules: {
      'jupyter/require-signal-cleanup': 'error',
      'jupyter/require-disposable-ownership': 'error',
      'jupyter/require-disposable-transfer': 'error',
      // Presence has to be there from the first second, and the whole extension is one small chunk.
      'jupyter/prefer-lazy-imports': 'off'
    }
  },
  {
    // A test may be sure of what it has just made, shows it to nobody, and ends with its page.
    files: ['labextension/src/__tests__/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'jupyter/no-untranslated-string': 'off',
      'jupyter/require-disposable-ownership': 'off',
      'jupyter/require-disposable-transfer': 'off'
    }
  }
);
