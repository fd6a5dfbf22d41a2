/**
 * Whether a password may be taken: the user pool's policy (lib/user-pool.ts), and not the mail address itself.
 */
export function isGoodPassword(password: string, mail: string): boolean {
  const [local = ''] = mail.split('@');
  return (
    password.length >= 12 &&
    password.length <= 256 &&
    /[a-zA-Z]/.test(password) &&
    /[0-9]/.test(password) &&
    new Set(password).size >= 5 &&
    !(local.length >= 4 && password.toLowerCase().includes(local.toLowerCase()))
  );
}
