import type { Contact } from '../account.ts';

/** What is wrong with contacts that somebody asks for: `field` as a path of the request, `contacts.0.mail`. */
export interface ContactProblem {
  readonly field: string;
  readonly message: string;
}

/**
 * Judges all contacts of an account as they shall be: somebody is mailed, nobody stands there twice, and names are one line,
 * as they go into mails and are spoken on the telephone.
 *
 * @returns all problems at once; none when they may be stored
 */
export function judgeContacts(contacts: readonly Contact[]): ContactProblem[] {
  const problems: ContactProblem[] = [];
  const mails = new Map<string, number>();
  const phones = new Map<string, number>();
  for (const [index, { name, mail, phone }] of contacts.entries()) {
    if (name.trim() !== name || !/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u.test(name))
      problems.push({
        field: `contacts.${index}.name`,
        message: 'write the name in one line, without control characters, and no space around it',
      });
    const earlierMail = mails.get(mail.toLowerCase());
    if (earlierMail === undefined) mails.set(mail.toLowerCase(), index);
    else
      problems.push({
        field: `contacts.${index}.mail`,
        message: `contact ${earlierMail + 1} has this address; give each contact one of their own`,
      });
    if (phone === undefined) continue;
    // Several people may share a telephone; the same person is called at it once.
    const telephone = `${phone} ${name}`;
    const earlierPhone = phones.get(telephone);
    if (earlierPhone === undefined) phones.set(telephone, index);
    else
      problems.push({
        field: `contacts.${index}.phone`,
        message: `contact ${earlierPhone + 1} has this name and number; leave the number out here`,
      });
  }
  if (!contacts.some(({ alertMail }) => alertMail))
    problems.push({
      field: 'contacts',
      message: 'nobody gets alert mail; set alertMail for one contact at least',
    });
  return problems;
}
