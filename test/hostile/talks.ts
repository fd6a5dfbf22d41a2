/** How each check that talks over TCP is led on, step by step, until the peer turns hostile. */
export interface Talk {
  readonly given: string;
  readonly check: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What an honest server says: at the start, and then each time the check has said something. */
  readonly honest: readonly string[];
  /** What a server of this protocol may say for ever without breaking its rules: step, beginning, and the rest. */
  readonly endless: readonly { readonly step: number; readonly begins?: string; readonly goesOn: string }[];
  /** TLS from the start: hostile bytes meet the handshake. */
  readonly isSecure?: true;
}

const unverified = { verifyCertificate: false };
const body = { body: { contains: 'never' } };

const pages: Talk['endless'] = [
  { step: 1, begins: 'HTTP/1.1 200 OK\r\n', goesOn: 'X-A: b\r\n' },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\nX-A: ', goesOn: 'b' },
  { step: 1, begins: 'HTTP/1.1 200 ', goesOn: 'OK' },
  { step: 1, goesOn: 'HTTP/1.1 100 Continue\r\n\r\n' },
  { step: 1, goesOn: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\n\r\n', goesOn: 'page' },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', goesOn: 'page' },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', goesOn: '1\r\nx\r\n' },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', goesOn: 'extension' },
  {
    step: 1,
    begins: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
    goesOn: 'X-Trailer: b\r\n',
  },
  { step: 1, begins: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', goesOn: '0' },
];

export const talks: readonly Talk[] = [
  {
    given: 'tcp',
    check: 'tcp',
    settings: { send: 'PING', expect: 'never' },
    honest: ['', 'wait'],
    endless: [{ step: 1, goesOn: 'neve' }],
  },
  {
    given: 'ssh',
    check: 'ssh',
    settings: {},
    honest: [''],
    endless: [
      { step: 0, goesOn: 'a line before the banner\r\n' },
      { step: 0, goesOn: 'SSH-1.5-old\r\n' },
      { step: 0, goesOn: '\r\n' },
    ],
  },
  { given: 'http', check: 'http', settings: body, honest: ['', 'HTTP/1.1 200 OK\r\n'], endless: pages },
  {
    given: 'http without a look at the page',
    check: 'http',
    settings: {},
    honest: ['', 'HTTP/1.1 200 OK\r\n'],
    endless: pages.slice(0, 5),
  },
  {
    given: 'https',
    check: 'https',
    settings: { ...body, ...unverified },
    honest: [''],
    endless: [],
    isSecure: true,
  },
  { given: 'tls', check: 'tls', settings: {}, honest: [''], endless: [], isSecure: true },
  {
    given: 'smtp',
    check: 'smtp',
    settings: {},
    honest: ['220 hi\r\n', '250-hi\r\n'],
    endless: [
      { step: 0, goesOn: '220-hi\r\n' },
      { step: 0, begins: '220 ', goesOn: 'hi' },
      { step: 1, goesOn: '250-SIZE\r\n' },
    ],
  },
  {
    given: 'smtp with STARTTLS',
    check: 'smtp',
    settings: { tls: 'starttls', ...unverified },
    honest: ['220 hi\r\n', '250 STARTTLS\r\n', '220 go\r\n', ''],
    endless: [{ step: 2, goesOn: '220-go\r\n' }],
  },
  {
    given: 'imap',
    check: 'imap',
    settings: {},
    honest: [''],
    endless: [{ step: 0, begins: '* OK ', goesOn: 'hi' }],
  },
  {
    given: 'imap with STARTTLS',
    check: 'imap',
    settings: { tls: 'starttls', ...unverified },
    honest: ['* OK hi\r\n', 'm1 OK go\r\n', ''],
    endless: [{ step: 1, goesOn: '* 1 EXISTS\r\n' }],
  },
  {
    given: 'pop3',
    check: 'pop3',
    settings: {},
    honest: [''],
    endless: [{ step: 0, begins: '+OK ', goesOn: 'hi' }],
  },
  {
    given: 'pop3 with STLS',
    check: 'pop3',
    settings: { tls: 'starttls', ...unverified },
    honest: ['+OK hi\r\n', '+OK go\r\n', ''],
    endless: [{ step: 1, begins: '+OK ', goesOn: 'go' }],
  },
  {
    given: 'ftp',
    check: 'ftp',
    settings: {},
    honest: ['220-hi\r\n'],
    endless: [
      { step: 0, begins: '220-hi\r\n', goesOn: 'welcome\r\n' },
      { step: 0, goesOn: '120 soon\r\n' },
    ],
  },
  {
    given: 'ftp with AUTH TLS',
    check: 'ftp',
    settings: { tls: 'starttls', ...unverified },
    honest: ['220 hi\r\n', '234 go\r\n', ''],
    endless: [{ step: 1, begins: '234-go\r\n', goesOn: ' on\r\n' }],
  },
  {
    given: 'smtp with implicit TLS',
    check: 'smtp',
    settings: { tls: 'implicit', ...unverified },
    honest: [''],
    endless: [],
    isSecure: true,
  },
  { given: 'mysql', check: 'mysql', settings: {}, honest: ['J\0\0\0'], endless: [{ step: 0, goesOn: '\0' }] },
  {
    given: 'mysql with TLS',
    check: 'mysql',
    settings: { tls: 'require', ...unverified },
    honest: [`\x1b\0\0\0\x0a8.4\0${'\0'.repeat(12)}\0\0\x08${'\0'.repeat(7)}`, ''],
    endless: [],
  },
  {
    given: 'postgres',
    check: 'postgres',
    settings: {},
    honest: ['', 'R\0\0'],
    endless: [{ step: 1, begins: 'E\0\0\x1f\0', goesOn: 'Sx' }],
  },
  {
    given: 'postgres with TLS',
    check: 'postgres',
    settings: { tls: 'require', ...unverified },
    honest: ['', 'S', ''],
    endless: [{ step: 1, goesOn: 'E' }],
  },
];
