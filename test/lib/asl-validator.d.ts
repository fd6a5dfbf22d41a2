declare module 'asl-validator' {
  interface Verdict {
    readonly isValid: boolean;
    readonly errors: readonly { readonly message: string }[];
  }
  export default function validate(
    definition: unknown,
    options?: { checkArn?: boolean; checkPaths?: boolean },
  ): Verdict;
}
