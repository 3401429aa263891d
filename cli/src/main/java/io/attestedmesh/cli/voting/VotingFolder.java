package io.attestedmesh.cli.voting;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;

/** The files of one node: its journal, its voting key, and the token of who may ask it. */
record VotingFolder(Path folder) {
    private static final int SECRET_SIZE = 32;
    private static final int MOST = 128;

    Path journal() {
        return folder.resolve("journal.mv");
    }

    Path ledger() {
        return folder.resolve("ledger");
    }

    Path coordination() {
        return folder.resolve("coordination.mv");
    }

    private Path key() {
        return folder.resolve("voting.key");
    }

    Path token() {
        return folder.resolve("admin.token");
    }

    /** Makes what is not there: the folder, and the two secrets. */
    void prepare(SecureRandom random) throws IOException {
        if (!Files.isDirectory(folder)) {
            AtomicFile.createFolder(folder, Access.OWNER);
        }
        for (Path secret : new Path[] {key(), token()}) {
            if (!Files.exists(secret)) {
                byte[] drawn = new byte[SECRET_SIZE];
                random.nextBytes(drawn);
                AtomicFile.create(
                        secret, (Bytes.of(drawn).hex() + "\n").getBytes(StandardCharsets.US_ASCII), Access.OWNER);
            }
        }
    }

    /** The node's voting key. */
    Ed25519PrivateKey votingKey() throws IOException, CommandException {
        return privateKey(key());
    }

    /** Reads a key as {@link #prepare} makes one. */
    static Ed25519PrivateKey privateKey(Path file) throws IOException, CommandException {
        try {
            return Ed25519PrivateKey.of(Bytes.fromHex(secret(file)));
        } catch (InvalidKeyException | IllegalArgumentException e) {
            // what it holds is not said
            throw CommandException.usage(file + " is no voting key", "it holds 64 hexadecimal digits");
        }
    }

    /** Whoever knows it may ask the node. */
    String adminToken() throws IOException, CommandException {
        return secret(token());
    }

    private static String secret(Path file) throws IOException, CommandException {
        byte[] content;
        try {
            content = SecretFile.read(file, MOST);
        } catch (PemException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()), "chmod 600 " + file, e);
        }
        try {
            return new String(content, StandardCharsets.US_ASCII).strip();
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
