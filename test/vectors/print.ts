import { writeFileSync } from 'node:fs';
import { makeVectors, textOf } from './make.js';

const write = process.argv.includes('--write');
for (const [name, vectors] of Object.entries(makeVectors())) {
  if (write) writeFileSync(new URL(name, import.meta.url), textOf(vectors));
  else console.log(`── ${name}\n${textOf(vectors)}`);
}
