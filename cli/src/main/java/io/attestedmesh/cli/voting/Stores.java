package io.attestedmesh.cli.voting;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.VotingSection;
import io.attestedmesh.cli.config.VotingSection.Etcd;
import io.attestedmesh.cli.config.VotingSection.Postgres;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.SecretFile;
import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.coordination.CoordinationException;
import io.attestedmesh.voting.coordination.EmbeddedCoordination;
import io.attestedmesh.voting.coordination.EtcdCoordination;
import io.attestedmesh.voting.coordination.EtcdSettings;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.SqlLedger;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** The ledger and the coordination store that a configuration names. */
final class Stores {
    private static final int LONGEST_PASSWORD = 1024;

    private Stores() {}

    static Ledger ledger(VotingSection section) throws CommandException {
        if (section.ledger().isEmpty()) {
            return SqlLedger.embedded(
                    new VotingFolder(section.folder()).ledger().toAbsolutePath());
        }
        Postgres postgres = section.ledger().get();
        return SqlLedger.postgresql(postgres.url(), postgres.user(), password(postgres.passwordFile()));
    }

    static Ledger ledgerForReading(VotingSection section) throws CommandException {
        if (section.ledger().isEmpty()) {
            return SqlLedger.embeddedForReading(
                    new VotingFolder(section.folder()).ledger().toAbsolutePath());
        }
        Postgres postgres = section.ledger().get();
        return SqlLedger.postgresqlForReading(postgres.url(), postgres.user(), password(postgres.passwordFile()));
    }

    static Coordination coordination(VotingSection section, MeterRegistry meters, Clock clock) throws CommandException {
        try {
            if (section.coordination().isEmpty()) {
                return EmbeddedCoordination.open(
                        new VotingFolder(section.folder()).coordination(), section.committee(), meters, clock);
            }
            return EtcdCoordination.connect(
                    section.committee(), settings(section.coordination().get()), meters);
        } catch (CoordinationException e) {
            throw CommandException.failed(
                    "the coordination store cannot be opened: " + e.getMessage(), "[voting] etcd says where it is", e);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(
                    "[voting] etcd: " + e.getMessage(), "docs/configuration.md says what belongs there", e);
        }
    }

    private static EtcdSettings settings(Etcd etcd) throws CommandException {
        EtcdSettings settings = EtcdSettings.plaintext(etcd.endpoints());
        if (etcd.ca().isPresent()) {
            Optional<EtcdSettings.ClientFiles> client = etcd.certificate()
                    .map(certificate ->
                            new EtcdSettings.ClientFiles(certificate, etcd.key().orElseThrow()));
            settings = settings.withTls(new EtcdSettings.Tls(etcd.ca().get(), client));
        }
        if (etcd.user().isPresent()) {
            settings = settings.withLogin(new EtcdSettings.Login(etcd.user().get(), password(etcd.passwordFile())));
        }
        return settings;
    }

    /** Read anew each time it is asked for, so that a changed one is found; it is read once now to see that it can be. */
    private static Supplier<String> password(Optional<Path> file) throws CommandException {
        if (file.isEmpty()) {
            return () -> "";
        }
        try {
            String unused = firstLine(file.get());
        } catch (IOException | PemException e) {
            throw CommandException.usage(
                    "the password in " + file.get() + " cannot be read: " + e.getMessage(),
                    "its mode has to be 0600",
                    e);
        }
        return () -> {
            try {
                return firstLine(file.get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (PemException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        };
    }

    private static String firstLine(Path file) throws IOException, PemException {
        return new String(SecretFile.read(file, LONGEST_PASSWORD), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("");
    }
}
