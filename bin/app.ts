import { buildApp } from '../lib/app.ts';
import { WrongSettings } from '../lib/deployment-settings.ts';

try {
  const app = buildApp({ validate: true });
  if (app.node.tryGetContext('metricStore') === 'sqlite') {
    throw new WrongSettings(
      'context metricStore is "sqlite": a file of one machine, which functions in the cloud do not have; give timestream',
    );
  }
  app.synth();
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
