import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { installBeside } from './install-beside.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder in which nothing is installed but the tools and the packed library. */
    readonly consumers: string;
  }
}

export default function install({ provide }: TestProject): () => void {
  const project = installBeside('test/consumers/projects');
  provide('consumers', project);
  return () => rmSync(project, { recursive: true });
}
