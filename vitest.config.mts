import { defineConfig } from 'vitest/config';

export default defineConfig({
  // JupyterLab's packages import their icons as files.
  assetsInclude: ['**/*.svg'],
  test: {
    pool: 'threads', // a sixth less work than processes
    include: ['labextension/src/**/*.spec.{ts,tsx}'],
    setupFiles: ['labextension/src/__tests__/setup.ts'],
    restoreMocks: true,
    unstubGlobals: true,
    server: {
      deps: {
        // They ship ES modules that node cannot load as they are.
        inline: [/@jupyterlab\//, /@jupyter\//, /@lumino\//, /@rjsf\//, /y-protocols/, /lib0/]
      }
    }
  }
});
