/**
 * Awaits a conditional write.
 *
 * @returns false when its condition did not hold
 * @throws every other failure
 */
export async function ifConditionHolds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // ElectroDB wraps what the client throws.
    const thrown = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (thrown instanceof Error && thrown.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
