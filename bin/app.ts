import { buildApp } from '../lib/app.ts';
import { WrongSettings } from '../lib/deployment-settings.ts';

try {
  buildApp({ validate: true }).synth();
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
