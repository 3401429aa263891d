package io.attestedmesh.enclave.parent;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.StreamConnection;
import io.attestedmesh.enclave.vsock.StreamServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Gives an enclave its configuration: the length of the archive as 32 bits, big-endian, then the archive. The parent is
 * not trusted with it: an enclave that must be sure extends the digest into a PCR.
 */
public final class ConfigService implements StreamServer.Service {
    private final Path folder;

    /** Serves what is in {@code folder} each time it is asked. */
    public ConfigService(Path folder) {
        this.folder = folder;
    }

    @Override
    public void serve(StreamConnection connection) throws IOException {
        Bytes archive = ConfigArchive.ofFolder(folder).encoded();
        byte[] length =
                ByteBuffer.allocate(Integer.BYTES).putInt(archive.size()).array();
        connection.output().write(length);
        connection.output().write(archive.toByteArray());
        connection.endOutput();
    }

    /**
     * Fetches it.
     *
     * @param time for all of it
     * @throws RejectedArchiveException if what came is none
     */
    public static ConfigArchive fetch(StreamAddress from, Duration time) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        try (StreamConnection connection = StreamConnection.connect(from, time)) {
            ByteBuffer length = ByteBuffer.wrap(read(connection, Integer.BYTES, deadline));
            long size = Integer.toUnsignedLong(length.getInt());
            if (size > ConfigArchive.MAX_SIZE) {
                throw new RejectedArchiveException(
                        ArchiveReason.TOO_LARGE, ConfigArchive.MAX_SIZE + " bytes at most", size + "");
            }
            return ConfigArchive.parse(Bytes.of(read(connection, (int) size, deadline)));
        }
    }

    private static byte[] read(StreamConnection connection, int size, long deadline) throws IOException {
        byte[] all = new byte[size];
        int done = 0;
        while (done < size) {
            int count = connection.input().read(all, done, size - done);
            if (count < 0) {
                throw new RejectedArchiveException(ArchiveReason.TRUNCATED, size + " bytes", done + "");
            }
            done += count;
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("the configuration did not come in time");
            }
        }
        return all;
    }
}
