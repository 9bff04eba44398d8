import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Apart from the other tests: these need the build, and look at nothing but what a user installs.
const config: ViteUserConfig = {
  test: {
    include: ['test/package/*.test.ts'],
    globalSetup: 'test/package/install.ts',
    testTimeout: 120_000,
  },
};

export default defineConfig(config) as ViteUserConfig;
