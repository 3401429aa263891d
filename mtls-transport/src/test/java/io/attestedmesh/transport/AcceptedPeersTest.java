package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.AcceptedPeers.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptedPeersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final HandDriven time = new HandDriven(NOW);

    private static AttestedPeer peer(String release) {
        AttestationResult proof = new AttestationResult(
                "i-0-enc1",
                PcrBank.of(Map.of(0, Bytes.of(new byte[48]))),
                KnownRelease.withoutEnd(release),
                false,
                true,
                Bytes.EMPTY,
                NOW,
                NOW,
                NOW.plusSeconds(60));
        return new AttestedPeer(
                new PeerIdentity("b.example"), NOW.plusSeconds(60), Optional.of(proof), Freshness.SESSION);
    }

    private AcceptedPeers open(long maxBytes) throws Exception {
        return AcceptedPeers.open(folder.resolve("peers.jsonl"), Durability.EACH_LINE, maxBytes, time.clock());
    }

    @Test
    void line_saysWhoWithWhichReleaseAndWhen() throws Exception {
        try (AcceptedPeers log = open(AcceptedPeers.DEFAULT_MAX_BYTES)) {
            log.append(peer("release-1"), Usage.CLIENT, "0011223344556677", "127.0.0.1:4242");
        }
        assertThat(Files.readString(folder.resolve("peers.jsonl")))
                .isEqualTo("{\"at\":\"2026-03-01T12:00:00Z\",\"role\":\"CLIENT\",\"peer\":\"b.example\","
                        + "\"release\":\"release-1\",\"moduleId\":\"i-0-enc1\",\"pcr0\":\"" + "00".repeat(48)
                        + "\",\"simulated\":true,\"level\":\"session\",\"debug\":false,\"certificateExpiresAt\":\"2026-03-01T12:01:00Z\","
                        + "\"id\":\"0011223344556677\",\"remote\":\"127.0.0.1:4242\"}\n");
    }

    @Test
    void peerWithoutEvidence_hasNulls() throws Exception {
        try (AcceptedPeers log = open(AcceptedPeers.DEFAULT_MAX_BYTES)) {
            log.append(
                    new AttestedPeer(new PeerIdentity("m"), NOW, Optional.empty(), Freshness.CERTIFICATE),
                    Usage.SERVER,
                    "id",
                    "r");
        }
        assertThat(Files.readString(folder.resolve("peers.jsonl")))
                .contains(
                        "\"release\":null,\"moduleId\":null,\"pcr0\":null,\"simulated\":false,\"level\":\"certificate\"");
    }

    @Test
    void hostileText_staysInsideItsString() throws Exception {
        try (AcceptedPeers log = open(AcceptedPeers.DEFAULT_MAX_BYTES)) {
            log.append(peer("x\",\"simulated\":false}\n{\"peer\":\"forged\\"), Usage.CLIENT, "id", "r");
        }
        assertThat(Files.readAllLines(folder.resolve("peers.jsonl")))
                .singleElement()
                .asString()
                .contains("x\\\",\\\"simulated\\\":false}\\u000a{\\\"peer\\\":\\\"forged\\\\");
    }

    @Test
    void file_isReadableByItsOwnerAlone() throws Exception {
        open(AcceptedPeers.DEFAULT_MAX_BYTES).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("peers.jsonl"))))
                .isEqualTo("rw-------");
    }

    @Test
    void reopenedFile_isAppendedTo() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (AcceptedPeers log = open(AcceptedPeers.DEFAULT_MAX_BYTES)) {
                log.append(peer("release-" + i), Usage.CLIENT, "id", "r");
            }
        }
        assertThat(Files.readAllLines(folder.resolve("peers.jsonl"))).hasSize(2);
    }

    @Test
    void fullFile_isSetAsideWithItsTime_andNothingIsLost() throws Exception {
        try (AcceptedPeers log = open(600)) {
            for (int i = 0; i < 3; i++) {
                log.append(peer("release-" + i), Usage.CLIENT, "id", "r");
                time.advance(Duration.ofSeconds(1));
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "peers.jsonl", "peers.jsonl.20260301T120001000Z", "peers.jsonl.20260301T120002000Z");
        }
    }

    @Test
    void interruptedWriter_losesNoLine_noneLater() throws Exception {
        try (AcceptedPeers log = open(AcceptedPeers.DEFAULT_MAX_BYTES)) {
            Thread.currentThread().interrupt();
            log.append(peer("release-1"), Usage.CLIENT, "id", "r");
            assertThat(Thread.interrupted()).isTrue();
            log.append(peer("release-2"), Usage.CLIENT, "id", "r");
        }
        assertThat(Files.readAllLines(folder.resolve("peers.jsonl"))).hasSize(2);
    }

    @Test
    void fileThatCannotBeSetAside_isWrittenOn() throws Exception {
        Files.createDirectories(folder.resolve("peers.jsonl.20260301T120000000Z/occupied"));
        try (AcceptedPeers log = open(600)) {
            for (int i = 0; i < 3; i++) {
                log.append(peer("release-" + i), Usage.CLIENT, "id", "r");
            }
        }
        assertThat(Files.readAllLines(folder.resolve("peers.jsonl"))).hasSize(3);
    }
}
