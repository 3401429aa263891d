package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a sealed envelope is of: authenticated with it, and part of the encryption context of its data key, so that KMS
 * itself gives the key for this name and version only. Not secret.
 *
 * @param name 1 to 128 letters, digits, {@code . _ -}, the first a letter or digit
 * @param version 1 or more
 */
public record NamedVersion(String name, long version) {
    static final int MAX_NAME = 128;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_NAME - 1) + "}");

    /** @throws IllegalArgumentException outside of these bounds */
    public NamedVersion {
        requireName(name);
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " of a sealed " + name + " is not 1 or more");
        }
    }

    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + OneLine.of(name) + "\" is no name of 1 to " + MAX_NAME + " letters, digits, '.', '_', '-'");
        }
    }

    /** Keys {@code amesh:name} and {@code amesh:version}. */
    Map<String, String> encryptionContext() {
        return Map.of("amesh:name", name, "amesh:version", Long.toString(version));
    }

    @Override
    public String toString() {
        return name + ", version " + version;
    }
}
