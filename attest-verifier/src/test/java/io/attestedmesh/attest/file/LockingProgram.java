package io.attestedmesh.attest.file;

import java.nio.file.Path;
import java.util.Optional;

/** Says by its exit code whether it got a lock. */
final class LockingProgram {
    static final int TAKEN = 10;
    static final int HELD_BY_ANOTHER = 11;

    private LockingProgram() {}

    public static void main(String[] arguments) throws Exception {
        Optional<LockFile> lock = LockFile.tryTake(Path.of(arguments[0]));
        System.exit(lock.isPresent() ? TAKEN : HELD_BY_ANOTHER);
    }
}
