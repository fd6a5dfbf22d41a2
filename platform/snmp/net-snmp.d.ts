/** The part of net-snmp that this project uses; the package has no types of its own. */
declare module 'net-snmp' {
  interface VarBind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }

  interface User {
    readonly name: string;
    readonly level: number;
    readonly authProtocol?: number;
    readonly authKey?: string;
    readonly privProtocol?: number;
    readonly privKey?: string;
  }

  interface Datagram {
    ref(): unknown;
    unref(): unknown;
    on(event: string, listener: (...args: never[]) => void): unknown;
    send(
      message: Buffer,
      offset: number,
      length: number,
      port: number,
      address: string,
      callback: (error: Error | null) => void,
    ): void;
    close(): void;
  }

  interface SessionOptions {
    readonly version?: number;
    readonly port?: number;
    readonly transport?: 'udp4' | 'udp6';
    readonly retries?: number;
    readonly timeout?: number;
    readonly backoff?: number;
    readonly backwardsGetNexts?: boolean;
    readonly reportOidMismatchErrors?: boolean;
    readonly engineID?: Buffer;
    readonly dgramModule?: { createSocket(transport: string): Datagram };
  }

  interface SecurityParameters {
    msgAuthoritativeEngineID: Buffer;
    msgAuthoritativeEngineBoots: number;
    msgAuthoritativeEngineTime: number;
  }

  interface Session {
    get(oids: string[], done: (error: Error | null, varbinds: VarBind[]) => void): void;
    getBulk(
      oids: string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, columns: VarBind[][]) => void,
    ): void;
    on(event: 'error' | 'close', listener: (error: Error) => void): void;
    close(): void;
    /** Tries after the first, of requests that are made from now on. */
    retries: number;
    /** What a v3 agent told of itself; absent before, and then asked for. */
    msgSecurityParameters?: SecurityParameters | undefined;
    /** The agent's clock as it stands now; null before its first authentic message. */
    getEngineTime(): { readonly engineBoots: number; readonly engineTime: number } | null;
  }

  interface Authorizer {
    addCommunity(community: string): void;
    addUser(user: User): void;
  }

  interface Provider {
    readonly name: string;
    readonly type: number;
    readonly oid: string;
    readonly scalarType?: number;
    readonly maxAccess?: number;
    readonly tableColumns?: readonly { number: number; name: string; type: number; maxAccess?: number }[];
    readonly tableIndex?: readonly { columnName: string }[];
    readonly handler?: (request: { done(error?: unknown): void }) => void;
  }

  interface Mib {
    setScalarValue(name: string, value: unknown): void;
    addTableRow(name: string, row: readonly unknown[]): void;
    deleteTableRow(name: string, index: readonly unknown[]): void;
    setTableSingleCell(name: string, column: number, index: readonly unknown[], value: unknown): void;
  }

  interface Agent {
    getAuthorizer(): Authorizer;
    registerProvider(provider: Provider): void;
    getMib(): Mib;
    close(callback?: () => void): void;
    readonly listener: { readonly sockets: Readonly<Record<string, import('node:dgram').Socket>> };
  }

  class RequestTimedOutError extends Error {}
  class RequestFailedError extends Error {
    readonly status?: number;
  }
  class ResponseInvalidError extends Error {
    readonly code: number;
  }

  const snmp: {
    readonly Version2c: number;
    readonly Version3: number;
    readonly ObjectType: Readonly<Record<string, number>> & {
      readonly Integer: number;
      readonly OctetString: number;
      readonly Null: number;
      readonly OID: number;
      readonly IpAddress: number;
      readonly Counter: number;
      readonly Gauge: number;
      readonly TimeTicks: number;
      readonly Opaque: number;
      readonly Counter64: number;
      readonly NoSuchObject: number;
      readonly NoSuchInstance: number;
      readonly EndOfMibView: number;
    };
    readonly SecurityLevel: {
      readonly noAuthNoPriv: number;
      readonly authNoPriv: number;
      readonly authPriv: number;
    };
    readonly AuthProtocols: Readonly<
      Record<'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512', number>
    >;
    readonly PrivProtocols: Readonly<Record<'des' | 'aes' | 'aes256b' | 'aes256r', number>>;
    readonly MibProviderType: { readonly Scalar: number; readonly Table: number };
    readonly MaxAccess: Readonly<Record<string, number>>;
    readonly ResponseInvalidCode: Readonly<Record<string, number | string>>;
    readonly RequestTimedOutError: typeof RequestTimedOutError;
    readonly RequestFailedError: typeof RequestFailedError;
    readonly ResponseInvalidError: typeof ResponseInvalidError;
    /** Exported for tests, it says; its cache has no other door. */
    readonly Authentication: { authToKeyCache: Record<string, Buffer> };
    createSession(target: string, community: string, options: SessionOptions): Session;
    createV3Session(target: string, user: User, options: SessionOptions): Session;
    createAgent(
      options: {
        readonly port?: number;
        readonly address?: string;
        readonly engineID?: string;
        readonly dgramModule?: { createSocket(transport: string): Datagram };
      },
      callback: (error: Error | null, data?: unknown) => void,
    ): Agent;
  };

  export type { Agent, Datagram, Provider, SecurityParameters, Session, User, VarBind };
  export default snmp;
}
