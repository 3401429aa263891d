package io.attestedmesh.transport;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Who was accepted, with which release, when: one JSON object a line, appended, mode 0600. A full file is renamed with
 * the time behind its name and stays; nothing is ever deleted or rewritten. Thread-safe.
 */
public final class AcceptedPeers implements AutoCloseable {
    /** When a line must have reached the disk. */
    public enum Durability {
        /** Before the connection goes on; costs a disk write each. */
        EACH_LINE,
        /** When the operating system sees fit; a crash of the machine may lose the last lines. */
        OPERATING_SYSTEM
    }

    /** Full at 16 MiB, unless said otherwise. */
    public static final long DEFAULT_MAX_BYTES = 16L << 20;

    private static final System.Logger LOG = System.getLogger(AcceptedPeers.class.getName());
    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private final Path file;
    private final Durability durability;
    private final long maxBytes;
    private final Clock clock;
    // not a FileChannel: one interrupt of a writing thread would close it
    private FileOutputStream out;
    private long size;
    private boolean broken;

    private AcceptedPeers(Path file, Durability durability, long maxBytes, Clock clock) throws IOException {
        this.file = file;
        this.durability = durability;
        this.maxBytes = maxBytes;
        this.clock = clock;
        reopen();
    }

    /** Opens the file for appending, or creates it. */
    public static AcceptedPeers open(Path file, Durability durability, long maxBytes, Clock clock) throws IOException {
        return new AcceptedPeers(file, durability, maxBytes, clock);
    }

    private void reopen() throws IOException {
        if (Files.notExists(file)) {
            create(file);
        }
        out = new FileOutputStream(file.toFile(), true);
        size = Files.size(file);
        broken = false;
    }

    private static void create(Path file) throws IOException {
        boolean posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, owner);
    }

    /**
     * Appends a line. A failure is logged and does not end the connection: the peer was verified.
     *
     * @param role the part that the peer plays
     * @param connection the id that both ends log
     */
    public synchronized void append(AttestedPeer peer, Usage role, String connection, String remote) {
        byte[] line =
                (line(clock.instant(), peer, role, connection, remote) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            if (broken) {
                reopen();
            }
            if (size > 0 && size + line.length > maxBytes) {
                rotate();
            }
            out.write(line);
            size += line.length;
            if (durability == Durability.EACH_LINE) {
                out.getFD().sync();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "event=accepted.log.failed file=" + file, e);
            giveUp();
        }
    }

    /** A file that cannot be renamed is written on: lines matter more than its size. */
    private void rotate() throws IOException {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + "." + SUFFIX.format(clock.instant())));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "event=accepted.log.rotation.failed file=" + file, e);
            return;
        }
        out.close();
        reopen();
    }

    /** The next line opens the file again. */
    private void giveUp() {
        broken = true;
        try {
            out.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=accepted.log.close.failed file=" + file, e);
        }
    }

    private static String line(Instant at, AttestedPeer peer, Usage role, String connection, String remote) {
        Optional<AttestationResult> proof = peer.attestation();
        return "{\"at\":" + Quoted.of(at.toString())
                + ",\"role\":" + Quoted.of(role.name())
                + ",\"peer\":" + Quoted.of(peer.identity().name())
                + ",\"release\":" + proof.map(p -> Quoted.of(p.releaseName())).orElse("null")
                + ",\"moduleId\":" + proof.map(p -> Quoted.of(p.moduleId())).orElse("null")
                + ",\"pcr0\":"
                + proof.flatMap(p -> p.pcrs().get(0))
                        .map(value -> Quoted.of(value.hex()))
                        .orElse("null")
                + ",\"simulated\":" + peer.simulated()
                + ",\"level\":" + Quoted.of(peer.freshness().label())
                + ",\"debug\":" + proof.map(AttestationResult::debug).orElse(false)
                + ",\"certificateExpiresAt\":"
                + Quoted.of(peer.certificateExpiresAt().toString())
                + ",\"id\":" + Quoted.of(connection)
                + ",\"remote\":" + Quoted.of(remote) + "}";
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
