package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Public keys of those who sign, as they are given: {@code alice=alice.pub}. */
public final class PublicKeys {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private PublicKeys() {}

    /** A name and a file with a PEM public key. */
    public static NamedKey named(String option, String typed) throws CommandException, IOException {
        int equals = typed.indexOf('=');
        if (equals < 1) {
            throw CommandException.usage(
                    option + " " + typed + " is not of the form NAME=FILE", "as in alice=alice.pub");
        }
        Path file = Path.of(typed.substring(equals + 1));
        return named(typed.substring(0, equals), read(file));
    }

    /** The key under a name, which has to be one for the trust root. */
    public static NamedKey named(String name, PublicKey key) throws CommandException {
        SigningAlgorithm algorithm = SigningAlgorithm.of(key)
                .orElseThrow(() -> CommandException.usage(
                        key.getAlgorithm() + " keys of this kind do not sign releases",
                        "make one: amesh release key NAME --out DIR"));
        try {
            return new NamedKey(name, algorithm, key);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "", e);
        }
    }

    /** Before a key is made for it. */
    public static void requireName(String name) throws CommandException {
        if (!NAME.matcher(name).matches()) {
            throw CommandException.usage(
                    "not a name for a key: " + Terminal.printable(name),
                    "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first");
        }
    }

    private static PublicKey read(Path file) throws CommandException, IOException {
        Bytes der;
        try {
            der = Pem.publicKey(file.toString(), Pem.read(file));
        } catch (PemException e) {
            throw CommandException.usage(
                    e.getMessage(),
                    e.hint().orElse("the .pub file of 'amesh release key', or: openssl pkey -in KEY -pubout"),
                    e);
        }
        return Arrays.stream(SigningAlgorithm.values())
                .flatMap(algorithm -> decoded(algorithm, der).stream())
                .findFirst()
                .orElseThrow(() -> CommandException.usage(
                        file + " is no public key on P-384, P-256 or Ed25519",
                        "make one: amesh release key NAME --out DIR"));
    }

    private static Optional<PublicKey> decoded(SigningAlgorithm algorithm, Bytes der) {
        try {
            return Optional.of(algorithm.publicKey(der));
        } catch (IllegalArgumentException notOfThisOne) {
            return Optional.empty();
        }
    }
}
