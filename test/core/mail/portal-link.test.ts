import { describe, expect, it } from 'vitest';
import { incidentUrl } from '../../../core/mail/portal-link.ts';

const incident = { id: 'acme.web-1-7', account: 'acme' };

describe('the link of a mail to the portal', () => {
  const cases = [
    {
      given: 'a customer',
      portal: 'https://p.example',
      reader: 'customer',
      then: 'https://p.example/incidents/acme.web-1-7',
    },
    {
      given: 'an operator',
      portal: 'https://p.example',
      reader: 'operator',
      then: 'https://p.example/accounts/acme/incidents/acme.web-1-7',
    },
    {
      given: 'a slash at the end',
      portal: 'https://p.example/',
      reader: 'customer',
      then: 'https://p.example/incidents/acme.web-1-7',
    },
    {
      given: 'a portal below a path',
      portal: 'http://p.example:8080/watch//',
      reader: 'customer',
      then: 'http://p.example:8080/watch/incidents/acme.web-1-7',
    },
    { given: 'no portal', portal: undefined, reader: 'customer', then: undefined },
    { given: 'a script', portal: 'javascript:alert(1)', reader: 'customer', then: undefined },
    { given: 'blanks', portal: 'https://a b', reader: 'customer', then: undefined },
  ] as const;
  for (const { given, portal, reader, then } of cases) {
    it(`given ${given}, then the link is ${then ?? 'left out'}`, () => {
      expect(incidentUrl(portal, incident, reader)).toBe(then);
    });
  }
});
