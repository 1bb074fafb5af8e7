import ArgumentParser
import Parzen

/// Runs checks of options: what they find is a mistake in the arguments (exit code 64).
func checkingUsage(_ checks: () throws -> Void) throws {
  do {
    try checks()
  } catch let error as ParzenError {
    throw ValidationError(error.description)
  }
}
