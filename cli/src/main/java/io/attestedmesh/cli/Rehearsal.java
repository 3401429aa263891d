package io.attestedmesh.cli;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs short commands once, unseen, so that the JVM can archive the classes they load; the launcher starts it after a
 * build. It reads nothing of the user's and leaves nothing behind.
 */
final class Rehearsal {
    private final Terminal nowhere;
    private final Path folder;

    private Rehearsal(Terminal nowhere, Path folder) {
        this.nowhere = nowhere;
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException, AttesterException {
        PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal nowhere =
                new Terminal(InputStream.nullInputStream(), out, out, Map.of(), Clock.systemUTC(), Person.NOBODY);
        Path folder = Files.createTempDirectory("amesh-rehearsal");
        try {
            new Rehearsal(nowhere, folder).play();
        } finally {
            delete(folder);
        }
    }

    private void play() throws IOException, AttesterException {
        run("--help");
        Path cloud = folder.resolve("insecure-cloud");
        Path document = document(cloud);
        run("evidence", "inspect", document.toString());
        run(
                "evidence",
                "verify",
                "--insecure-simulated-root",
                cloud.toString(),
                "--insecure-any-release",
                document.toString());
        run("evidence", "verify", "--insecure-any-release", "--json", document.toString());
        run("pki", "ca", folder.resolve("ca").toString());
        run("doctor");
    }

    private void run(String... arguments) {
        Main.run(nowhere, arguments);
    }

    private Path document(Path cloud) throws IOException, AttesterException {
        Bytes encoded = SimulatedNitro.openOrCreate(cloud, Clock.systemUTC(), new SecureRandom())
                .launch(EnclaveSpec.of(EnclaveImage.of("rehearsal", Bytes.EMPTY)))
                .attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
        return Files.write(folder.resolve("document.cbor"), encoded.toByteArray());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
