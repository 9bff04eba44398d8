import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Apart from the other tests: these install other people's tools, and need the build.
const config: ViteUserConfig = {
  test: {
    include: ['test/consumers/*.test.ts'],
    globalSetup: 'test/consumers/install.ts',
    pool: 'threads',
    testTimeout: 300_000,
  },
};

export default defineConfig(config) as ViteUserConfig;
