package io.attestedmesh.cli.config;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.voting.statement.Committee;
import java.net.URI;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code [voting]}: this node as a member of a voting network.
 *
 * @param committee who votes, and how many have to agree
 * @param advertise where others reach this node, if not at {@code [node] listen}
 * @param folder of its journal, its keys and, if they are files, of the ledger and the coordination store
 * @param admin where {@code amesh voting} asks it, on loopback
 * @param deadline from when a transaction is first heard of until a node without a vote gives up
 * @param spool what may wait for the ledger, and for the coordination store
 * @param operator whose signed acts reinstate excluded nodes, if anybody's do
 * @param ledger a database of PostgreSQL; empty for a file
 * @param coordination etcd; empty for a file
 */
public record VotingSection(
        Committee committee,
        Optional<Address> advertise,
        Path folder,
        Address admin,
        Duration deadline,
        int spool,
        Optional<Ed25519PublicKey> operator,
        Optional<Postgres> ledger,
        Optional<Etcd> coordination) {
    private static final String FILE = "file";
    private static final int LARGEST_SPOOL = 100_000_000;
    private static final int LEAST_SPOOL = 10_000;

    /** A database, and who writes there. */
    public record Postgres(String url, String user, Optional<Path> passwordFile) {}

    /** An etcd cluster, and what this node proves itself to it with. */
    public record Etcd(
            List<URI> endpoints,
            Optional<Path> ca,
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<String> user,
            Optional<Path> passwordFile) {}

    /** Empty if nothing is said about it. */
    static Optional<VotingSection> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        VotingSection voting = new VotingSection(
                committee(section),
                section.address("advertise"),
                section.path("folder").orElse(Path.of("voting")),
                section.address("admin").orElse(new Address("127.0.0.1", 7460)),
                section.duration("deadline").orElse(Duration.ofSeconds(30)),
                section.integer("spool", LEAST_SPOOL, LARGEST_SPOOL).orElse(1_000_000),
                operator(section),
                ledger(section),
                coordination(section));
        if (!voting.admin.isLoopback()) {
            throw section.wrong(
                    "admin",
                    "is no loopback address",
                    "it is plain HTTP, and whoever has the token votes: say 127.0.0.1:7460");
        }
        section.refuseUnknownKeys();
        return Optional.of(voting);
    }

    private static Committee committee(Section section) throws CommandException {
        List<String> members = section.texts("members");
        if (members.isEmpty()) {
            throw section.wrong(
                    "members", "is missing", "name all nodes that vote, this one too: members = [\"a.example\", …]");
        }
        String network = section.requiredText("network");
        long epoch = section.number("epoch", 1, Long.MAX_VALUE / 2).orElse(1L);
        Optional<Integer> threshold = section.integer("threshold", 1, Committee.LARGEST);
        if (threshold.isEmpty()) {
            throw section.wrong(
                    "threshold",
                    "is missing",
                    "so many votes decide: of " + members.size() + ", more than two thirds is usual");
        }
        try {
            return new Committee(network, epoch, threshold.get(), members);
        } catch (IllegalArgumentException e) {
            throw section.wrong("threshold", "does not fit: " + e.getMessage(), "docs/voting.md says what it means");
        }
    }

    private static Optional<Ed25519PublicKey> operator(Section section) throws CommandException {
        Optional<String> text = section.text("operator-key");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Ed25519PublicKey.of(Bytes.fromHex(text.get())));
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw section.wrong(
                    "operator-key",
                    "is no Ed25519 key: " + e.getMessage(),
                    "'amesh voting operator-key' makes one, and prints these 64 hexadecimal digits");
        }
    }

    private static Optional<Postgres> ledger(Section section) throws CommandException {
        String where = section.text("ledger").orElse(FILE);
        Optional<String> user = section.text("ledger-user");
        Optional<Path> password = section.path("ledger-password-file");
        if (where.equals(FILE)) {
            if (user.isPresent() || password.isPresent()) {
                throw section.wrong(
                        "ledger", "is a file, which has no user", "leave out ledger-user and ledger-password-file");
            }
            return Optional.empty();
        }
        if (!where.startsWith("jdbc:postgresql://")) {
            throw section.wrong(
                    "ledger",
                    "is neither \"file\" nor a database",
                    "say \"jdbc:postgresql://host:5432/database?sslmode=verify-full\"");
        }
        if (user.isEmpty()) {
            throw section.wrong("ledger-user", "is missing", "it is the user of the database");
        }
        return Optional.of(new Postgres(where, user.get(), password));
    }

    private static Optional<Etcd> coordination(Section section) throws CommandException {
        List<URI> endpoints = new ArrayList<>();
        for (String text : section.texts("etcd")) {
            try {
                endpoints.add(URI.create(text));
            } catch (IllegalArgumentException e) {
                throw section.wrong("etcd", "is no list of addresses", "say etcd = [\"https://10.0.0.1:2379\"]");
            }
        }
        Etcd etcd = new Etcd(
                endpoints,
                section.path("etcd-ca"),
                section.path("etcd-certificate"),
                section.path("etcd-key"),
                section.text("etcd-user"),
                section.path("etcd-password-file"));
        if (endpoints.isEmpty()) {
            boolean anything = etcd.ca.isPresent()
                    || etcd.certificate.isPresent()
                    || etcd.key.isPresent()
                    || etcd.user.isPresent()
                    || etcd.passwordFile.isPresent();
            if (anything) {
                throw section.wrong("etcd", "is missing", "without it there is no etcd that the other keys are about");
            }
            return Optional.empty();
        }
        if (etcd.certificate.isPresent() != etcd.key.isPresent()) {
            throw section.wrong("etcd-certificate", "and etcd-key come together", "add the one that is missing");
        }
        if (etcd.certificate.isPresent() && etcd.ca.isEmpty()) {
            throw section.wrong("etcd-ca", "is missing", "a certificate is shown to an etcd that proves itself first");
        }
        if (etcd.user.isPresent() != etcd.passwordFile.isPresent()) {
            throw section.wrong("etcd-user", "and etcd-password-file come together", "add the one that is missing");
        }
        return Optional.of(etcd);
    }
}
