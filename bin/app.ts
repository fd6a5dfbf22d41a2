import { buildApp } from '../lib/app.ts';

buildApp({ validate: true }).synth();
