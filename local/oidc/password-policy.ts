/** Whether a password may be taken: the user pool's policy (lib/user-pool.ts), and none that holds the person's name. */
export function isGoodPassword(password: string, mail: string): boolean {
  const [name = ''] = mail.toLowerCase().split('@');
  return (
    password.length >= 12 &&
    password.length <= 256 &&
    [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].every((kind) => kind.test(password)) &&
    new Set(password).size >= 6 &&
    !(name.length >= 4 && password.toLowerCase().includes(name))
  );
}
