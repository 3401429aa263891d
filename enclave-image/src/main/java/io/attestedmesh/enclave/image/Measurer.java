package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * The registers and the CRC of an image, out of its bytes in the order of the file.
 *
 * <p>PCR0 and PCR2 are hashed side by side, on a thread each, while the caller computes the CRC and reads on, some buffers
 * ahead; PCR1 is a copy of PCR0's state at the end of the first ramdisk, so no byte is hashed more than twice.
 */
final class Measurer implements AutoCloseable {
    static final int BUFFER_SIZE = 1 << 19;

    private final MessageDigest image = sha384();
    private final MessageDigest application = sha384();
    private final CRC32 crc = new CRC32();
    private final ExecutorService imageLane = lane();
    private final ExecutorService applicationLane = lane();
    private final List<Buffer> buffers =
            List.of(new Buffer(), new Buffer(), new Buffer(), new Buffer(), new Buffer(), new Buffer());
    private int current;
    private byte[] boot = new byte[0];

    /** A buffer to read into; not touched by anyone until it is given to {@link #update}. */
    byte[] buffer() {
        Buffer buffer = buffers.get(current);
        buffer.await();
        return buffer.bytes;
    }

    /** Takes in the first {@code length} bytes of {@link #buffer}. */
    void update(Lane lane, int length) {
        Buffer buffer = buffers.get(current);
        if (lane != Lane.CHECKED) {
            buffer.hashed(imageLane, image, length);
        }
        if (lane == Lane.APPLICATION) {
            buffer.hashed(applicationLane, application, length);
        }
        crc.update(buffer.bytes, 0, length);
        current = (current + 1) % buffers.size();
    }

    /** Marks the end of the first ramdisk, or of what comes before it where there is none. */
    void endOfBoot() {
        buffers.forEach(Buffer::await);
        try {
            boot = ((MessageDigest) image.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-384 can be copied", e);
        }
    }

    int crc() {
        return (int) crc.getValue();
    }

    /** PCR0, PCR1 and PCR2; call once, last. */
    Map<Integer, Bytes> registers() {
        buffers.forEach(Buffer::await);
        Map<Integer, Bytes> registers = new TreeMap<>();
        registers.put(0, Pcr.extendOfZero(Bytes.of(image.digest())));
        registers.put(1, Pcr.extendOfZero(Bytes.of(boot)));
        registers.put(2, Pcr.extendOfZero(Bytes.of(application.digest())));
        return registers;
    }

    /** The platform's: where the JVM compiles fully it is faster than those of Corretto and Bouncy Castle. */
    private static MessageDigest sha384() {
        try {
            return MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-384", e);
        }
    }

    private static ExecutorService lane() {
        return Executors.newSingleThreadExecutor(run -> {
            Thread thread = new Thread(run, "measure");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void close() {
        imageLane.shutdownNow();
        applicationLane.shutdownNow();
    }

    /** Bytes, and who still hashes them. */
    private static final class Buffer {
        private final byte[] bytes = new byte[BUFFER_SIZE];
        private final List<Future<?>> hashing = new ArrayList<>();

        void hashed(ExecutorService lane, MessageDigest digest, int length) {
            hashing.add(lane.submit(() -> digest.update(bytes, 0, length)));
        }

        void await() {
            for (Future<?> each : hashing) {
                try {
                    each.get();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while hashing", e);
                } catch (ExecutionException e) {
                    throw new IllegalStateException("hashing does not fail", e);
                }
            }
            hashing.clear();
        }
    }

    /** What bytes count for, beside the CRC. */
    enum Lane {
        /** Nothing else: headers, metadata, signature. */
        CHECKED,
        /** PCR0, and PCR1 until {@link #endOfBoot}. */
        BOOT,
        /** PCR0 and PCR2. */
        APPLICATION
    }
}
